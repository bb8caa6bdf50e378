from core.protection.models.concern import Complement, Concern, ConcernLine, ConcernMember

__all__ = ["Complement", "Concern", "ConcernLine", "ConcernMember"]
