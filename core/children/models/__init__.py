from core.children.models.child import Child
from core.children.models.guardians import Guardian, Guardianship
from core.children.models.homes import Address
from core.children.models.places import PriorityDistrict, School
from core.children.models.sameness import DuplicateCheck, Merge
from core.children.models.schooling import Enrolment, MoveUp, SchoolNetworkYear

__all__ = [
    "Address",
    "Child",
    "DuplicateCheck",
    "Enrolment",
    "Guardian",
    "Guardianship",
    "Merge",
    "MoveUp",
    "PriorityDistrict",
    "School",
    "SchoolNetworkYear",
]
