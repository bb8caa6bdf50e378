from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "core.imports"
    label = "imports"

    def ready(self) -> None:
        from core.journal import words

        words.register_acts(
            {
                "imports.received": "Tableau envoyé",
                "imports.sheet_chosen": "Feuille du tableau choisie",
                "imports.columns_said": "Colonnes du tableau associées",
                "imports.words_said": "Mots du tableau associés",
                "imports.checked": "Tableau vérifié",
                "imports.row_mended": "Ligne du tableau corrigée",
                "imports.row_decided": "Réponse sur une ligne du tableau",
                "imports.given_up": "Reprise abandonnée",
                "imports.run": "Reprise lancée",
                "imports.finished": "Reprise terminée",
                "imports.undo": "Retrait d’une reprise lancé",
                "imports.undone": "Reprise retirée",
                "imports.row_taken_back": "Ligne reprise, puis retirée",
                "pathways.referral_taken_over": "Orientation reprise du tableau de la ville",
            }
        )
        words.register_pages(
            {
                "imports:columns": "Colonnes d’un tableau à reprendre",
                "imports:words": "Mots d’un tableau à reprendre",
                "imports:undo": "Retrait d’une reprise",
                "imports:detail": "Lignes d’un tableau à reprendre",
                "imports:row": "Ligne d’un tableau à reprendre",
            }
        )
