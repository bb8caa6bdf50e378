from core.reporting.permissions import READERS
from core.ui.navigation import NavigationEntry

ENTRIES = [
    NavigationEntry("Chiffres", "reporting:dashboard", "chart-column", frozenset(map(str, READERS)), order=70)
]
