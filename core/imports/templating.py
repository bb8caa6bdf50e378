"""The table to fill in, and the table of the lines left out."""

from core.imports.columns import FIELDS
from core.imports.models import Import
from core.imports.queries import left_out
from core.sheets.shapes import Column, Format, Sheet
from core.sheets.writing import write

HELP = (
    "Une ligne par enfant. La deuxième ligne est un exemple inventé : effacez-la.",
    "Seuls le nom et le prénom de l’enfant sont obligatoires. Laissez vide ce que vous ne savez pas.",
    "Un parcours est repris avec la date du contrat papier, la personne qui accompagne, un domaine"
    " et un adulte qui exerce l’autorité parentale.",
    "N’écrivez ni numéro de sécurité sociale, ni numéro de la CAF, ni diagnostic.",
)


def template(format: Format) -> bytes:
    columns = [Column(field.label) for field in FIELDS]
    sheet = Sheet("Enfants", columns, [[field.example for field in FIELDS]], () if format == "csv" else HELP)
    return write([sheet], format)


def of_left_out(batch: Import) -> bytes:
    """The line of the town's own file, and why: what it said was deleted when the import ran."""
    rows = [(row.number, row.said) for row in left_out(batch)]
    columns = [Column("Ligne de votre fichier", "number"), Column("Pourquoi", width=90)]
    note = "Corrigez ces lignes dans votre fichier, puis reprenez-le : ce qui est déjà repris sera proposé"
    return write(
        [Sheet("Lignes laissées de côté", columns, rows, [f"{note} comme « le même enfant »."])], "xlsx"
    )
