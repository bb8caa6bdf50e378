from datetime import date

from django.db import models
from django.db.models import F, Q

from core.children.enums import InDistrict
from core.children.models.child import Child
from core.children.models.guardians import Guardian
from core.ui.free_text import FreeLineField

QPV = r"^QN(0\d\d|02[AB]|97\d|98\d)\d\d[MINC]$"
GEOGRAPHY = "QPV 2024"


class AddressQuerySet(models.QuerySet["Address"]):
    def on(self, day: date) -> "AddressQuerySet":
        return self.filter(Q(until_on=None) | Q(until_on__gte=day), since_on__lte=day)


class Address(models.Model):
    """Where a child, or an adult, lives from a day to another, and whether it lies in a priority district."""

    child = models.ForeignKey(
        Child, on_delete=models.PROTECT, null=True, blank=True, related_name="addresses"
    )
    guardian = models.ForeignKey(
        Guardian, on_delete=models.PROTECT, null=True, blank=True, related_name="addresses"
    )
    line_1 = FreeLineField("numéro et rue", max_length=200, blank=True)
    line_2 = FreeLineField("complément", max_length=200, blank=True)
    postal_code = models.CharField("code postal", max_length=10, blank=True)
    city = FreeLineField("commune", max_length=100, blank=True)
    since_on = models.DateField("depuis le")
    until_on = models.DateField("jusqu’au", null=True, blank=True)
    in_district = models.CharField(
        "quartier prioritaire", max_length=12, choices=InDistrict, default=InDistrict.UNKNOWN
    )
    district_code = models.CharField("code du quartier", max_length=8, blank=True)
    geography = models.CharField("géographie", max_length=20, blank=True)

    objects = AddressQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(child__isnull=False, guardian=None) | Q(child=None, guardian__isnull=False),
                name="address_of_one_person",
            ),
            models.CheckConstraint(
                condition=~Q(line_1="", city=""),
                name="address_says_something",
                violation_error_message="Donnez au moins la rue ou la commune.",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("since_on")),
                name="address_dates_in_order",
                violation_error_message="La fin ne précède pas le début.",
            ),
            models.CheckConstraint(
                condition=Q(in_district="in_district", district_code__regex=QPV)
                | Q(in_district__in=["outside", "unknown"], district_code=""),
                name="address_district_known_by_code",
                violation_error_message="Choisissez le quartier, ou « hors quartier », ou « non vérifié ».",
            ),
            models.CheckConstraint(
                condition=Q(in_district="unknown", geography="")
                | (Q(in_district__in=["in_district", "outside"]) & ~Q(geography="")),
                name="address_district_says_its_list",
                violation_error_message="Dites d’après quelle liste des quartiers.",
            ),
            models.UniqueConstraint(
                fields=["child"], condition=Q(until_on=None), name="one_present_address_a_child"
            ),
            models.UniqueConstraint(
                fields=["guardian"], condition=Q(until_on=None), name="one_present_address_an_adult"
            ),
        ]

    def __str__(self) -> str:
        return self.in_one_line

    @property
    def in_one_line(self) -> str:
        town = f"{self.postal_code} {self.city}".strip()
        return ", ".join(part for part in (self.line_1, self.line_2, town) if part)

    def covers(self, day: date) -> bool:
        return self.since_on <= day and (self.until_on is None or day <= self.until_on)
