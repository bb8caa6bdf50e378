from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from tenants.context import Place

SignIn = Callable[[Client, Place, object], Client]
Open = Callable[[object], Client]


def address(name: str, *args: object) -> str:
    return reverse(name, args=args, urlconf="reussite.urls_town")


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
