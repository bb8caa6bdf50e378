from core.funding.permissions import READERS
from core.ui.navigation import NavigationEntry

ENTRIES = [NavigationEntry("Financements", "funding:home", "euro", frozenset(map(str, READERS)), order=80)]
