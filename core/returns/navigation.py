from core.returns.permissions import WRITERS
from core.ui.navigation import NavigationEntry

ENTRIES = [
    NavigationEntry("Année prête", "returns:ready", "clipboard-check", frozenset(map(str, WRITERS)), order=72)
]
