from django.apps import AppConfig


class PathwaysConfig(AppConfig):
    name = "core.pathways"
    label = "pathways"

    def ready(self) -> None:
        from core.children import access, panels
        from core.journal import words
        from core.partners import figures, network
        from core.pathways import access_source, exports
        from core.pathways import network as pathway_network
        from core.pathways import panels as pathway_panels
        from core.pathways import words as pathway_words
        from core.sheets import lists

        for one in exports.LISTS:
            lists.register(one)
        access.register(access_source.grants)
        panels.register(pathway_panels.on_file)
        panels.register_for_families(pathway_panels.on_family)
        access.register_gate(access_source.before_agreement)
        network.register(pathway_network.around_open_pathways)
        figures.register(pathway_network.figures_of)
        words.register_acts(pathway_words.ACTS)
        words.register_pages(pathway_words.PAGES)
