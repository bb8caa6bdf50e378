from django.db.models import TextChoices


class Attendance(TextChoices):
    INVITED = "invited", "Invité·e"
    PRESENT = "present", "Présent·e"
    EXCUSED = "excused", "Excusé·e"
    ABSENT = "absent", "Absent·e"
