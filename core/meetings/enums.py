from django.db.models import TextChoices

from core.people.enums import Role

# Those who may be invited, besides the coordinator who invites.
GUESTS = (Role.TEAM_MEMBER, Role.REFERENT)
SITTING = (Role.COORDINATOR, *GUESTS)


class Attendance(TextChoices):
    INVITED = "invited", "Invité·e"
    PRESENT = "present", "Présent·e"
    EXCUSED = "excused", "Excusé·e"
    ABSENT = "absent", "Absent·e"
