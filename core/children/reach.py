"""May an adult be written to without another one reading it? A shared e-mail proves nobody's identity."""

from datetime import date

from django.db.models import Q

from core.children.models import Guardian, Guardianship


def refusal_to_write(guardian: Guardian, *, child_id: int, on: date) -> str:
    """An empty string, or the French sentence that says why nothing is sent to this address.

    It is also that of an adult who may not be in contact with the child, or from whom this one's address is
    kept: a message would tell that adult what is to stay unknown.
    """
    ships = Guardianship.objects.filter(child_id=child_id).on(on)
    hidden_from = ships.filter(guardian=guardian).values("address_secret_from")
    kept_away = ships.filter(Q(contact_forbidden=True) | Q(guardian__in=hidden_from))
    sharing = kept_away.exclude(guardian=guardian).filter(guardian__email__iexact=guardian.email)
    if guardian.email and sharing.exists():
        return (
            f"L’adresse e-mail de {guardian} est aussi celle d’un adulte à qui ce message ne doit pas "
            "parvenir. Demandez-lui une autre adresse, ou passez par le papier."
        )
    return ""
