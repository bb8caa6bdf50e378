"""France as releases tell of it: regions, départements, and where each stands on the map of tiles.

Codes carry their level, since INSEE gives the same number to a region and to a département: `FR`, `R76`,
`D82`, and `V` with the town's own name in addresses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.national.disclosure.shapes import PLACE, Hierarchy

NATION = "FR"

# Region: its name, its départements. Source: INSEE, code officiel géographique 2026.
REGIONS: dict[str, tuple[str, str]] = {
    "84": ("Auvergne-Rhône-Alpes", "01 03 07 15 26 38 42 43 63 69 73 74"),
    "27": ("Bourgogne-Franche-Comté", "21 25 39 58 70 71 89 90"),
    "53": ("Bretagne", "22 29 35 56"),
    "24": ("Centre-Val de Loire", "18 28 36 37 41 45"),
    "94": ("Corse", "2A 2B"),
    "44": ("Grand Est", "08 10 51 52 54 55 57 67 68 88"),
    "01": ("Guadeloupe", "971"),
    "03": ("Guyane", "973"),
    "32": ("Hauts-de-France", "02 59 60 62 80"),
    "11": ("Île-de-France", "75 77 78 91 92 93 94 95"),
    "04": ("La Réunion", "974"),
    "02": ("Martinique", "972"),
    "06": ("Mayotte", "976"),
    "28": ("Normandie", "14 27 50 61 76"),
    "75": ("Nouvelle-Aquitaine", "16 17 19 23 24 33 40 47 64 79 86 87"),
    "76": ("Occitanie", "09 11 12 30 31 32 34 46 48 65 66 81 82"),
    "52": ("Pays de la Loire", "44 49 53 72 85"),
    "93": ("Provence-Alpes-Côte d’Azur", "04 05 06 13 83 84"),
}

DEPARTMENTS: dict[str, str] = {
    "01": "Ain", "02": "Aisne", "03": "Allier", "04": "Alpes-de-Haute-Provence", "05": "Hautes-Alpes",
    "06": "Alpes-Maritimes", "07": "Ardèche", "08": "Ardennes", "09": "Ariège", "10": "Aube", "11": "Aude",
    "12": "Aveyron", "13": "Bouches-du-Rhône", "14": "Calvados", "15": "Cantal", "16": "Charente",
    "17": "Charente-Maritime", "18": "Cher", "19": "Corrèze", "21": "Côte-d’Or", "22": "Côtes-d’Armor",
    "23": "Creuse", "24": "Dordogne", "25": "Doubs", "26": "Drôme", "27": "Eure", "28": "Eure-et-Loir",
    "29": "Finistère", "2A": "Corse-du-Sud", "2B": "Haute-Corse", "30": "Gard", "31": "Haute-Garonne",
    "32": "Gers", "33": "Gironde", "34": "Hérault", "35": "Ille-et-Vilaine", "36": "Indre",
    "37": "Indre-et-Loire", "38": "Isère", "39": "Jura", "40": "Landes", "41": "Loir-et-Cher",
    "42": "Loire", "43": "Haute-Loire", "44": "Loire-Atlantique", "45": "Loiret", "46": "Lot",
    "47": "Lot-et-Garonne", "48": "Lozère", "49": "Maine-et-Loire", "50": "Manche", "51": "Marne",
    "52": "Haute-Marne", "53": "Mayenne", "54": "Meurthe-et-Moselle", "55": "Meuse", "56": "Morbihan",
    "57": "Moselle", "58": "Nièvre", "59": "Nord", "60": "Oise", "61": "Orne", "62": "Pas-de-Calais",
    "63": "Puy-de-Dôme", "64": "Pyrénées-Atlantiques", "65": "Hautes-Pyrénées", "66": "Pyrénées-Orientales",
    "67": "Bas-Rhin", "68": "Haut-Rhin", "69": "Rhône", "70": "Haute-Saône", "71": "Saône-et-Loire",
    "72": "Sarthe", "73": "Savoie", "74": "Haute-Savoie", "75": "Paris", "76": "Seine-Maritime",
    "77": "Seine-et-Marne", "78": "Yvelines", "79": "Deux-Sèvres", "80": "Somme", "81": "Tarn",
    "82": "Tarn-et-Garonne", "83": "Var", "84": "Vaucluse", "85": "Vendée", "86": "Vienne",
    "87": "Haute-Vienne", "88": "Vosges", "89": "Yonne", "90": "Territoire de Belfort", "91": "Essonne",
    "92": "Hauts-de-Seine", "93": "Seine-Saint-Denis", "94": "Val-de-Marne", "95": "Val-d’Oise",
    "971": "Guadeloupe", "972": "Martinique", "973": "Guyane", "974": "La Réunion", "976": "Mayotte",
}  # fmt: skip

REGION_OF: dict[str, str] = {
    department: region for region, (_, below) in REGIONS.items() for department in below.split()
}

# Neighbours stay neighbours as far as squares allow; overseas départements stand apart on the left.
MAP = """
.   .   .   .   .   .   62  59  .   .   .   .
.   .   .   .   .   76  80  02  08  .   .   .
.   .   .   50  14  27  60  95  51  55  57  67
.   29  22  35  61  78  92  93  77  54  88  68
.   .   56  53  72  28  75  94  10  52  70  90
.   .   44  49  41  45  91  89  21  25  .   .
.   .   85  79  37  36  18  58  71  39  .   .
.   .   .   17  86  23  03  42  69  01  74  .
971 .   .   16  87  19  63  43  38  73  .   .
972 .   .   33  24  46  15  07  26  05  .   .
973 .   .   40  47  82  12  48  84  04  06  .
974 .   .   64  32  31  81  30  13  83  .   2B
976 .   .   .   65  09  11  34  .   .   .   2A
.   .   .   .   .   .   66  .   .   .   .   .
"""


def tiles() -> dict[str, tuple[int, int]]:
    """Column and row of each département."""
    rows = [line.split() for line in MAP.strip().splitlines()]
    return {
        code: (column, row)
        for row, codes in enumerate(rows)
        for column, code in enumerate(codes)
        if code != "."
    }


def department_of(insee: str) -> str:
    """Of a commune's code: `82121` is of 82, `97411` of 974, `2A004` of 2A."""
    return insee[:3] if insee[:2] in ("97", "98") else insee[:2]


@dataclass(frozen=True, slots=True)
class TownPlace:
    """A town as releases name it."""

    code: str  # V…
    name: str
    department: str


def described(towns: Iterable[TownPlace]) -> dict[str, dict[str, str]]:
    """Every place that has towns, by code: name, level, what it is below; in the order of the tree."""
    by_department: dict[str, list[TownPlace]] = {}
    for town in sorted(towns, key=lambda one: one.code):
        by_department.setdefault(town.department, []).append(town)
    found = {NATION: {"name": "France", "level": "nation", "parent": ""}}
    for region, (name, below) in REGIONS.items():
        present = [one for one in below.split() if one in by_department]
        if present:
            found[f"R{region}"] = {"name": name, "level": "region", "parent": NATION}
        for department in present:
            found[f"D{department}"] = {
                "name": DEPARTMENTS[department], "level": "department", "parent": f"R{region}",
            }  # fmt: skip
            for town in by_department[department]:
                found[town.code] = {"name": town.name, "level": "town", "parent": f"D{department}"}
    return found


def tree(places: Mapping[str, Mapping[str, str]]) -> Hierarchy:
    """The tree of places that `described` wrote down."""
    children: dict[str, list[str]] = {}
    for code, place in places.items():
        if place["parent"]:
            children.setdefault(place["parent"], []).append(code)
    return Hierarchy(PLACE, NATION, {code: tuple(below) for code, below in children.items()})
