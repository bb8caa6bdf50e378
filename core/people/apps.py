from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "core.people"
    label = "people"

    def ready(self) -> None:
        from core.people.exports import PEOPLE
        from core.sheets import lists

        lists.register(PEOPLE)
