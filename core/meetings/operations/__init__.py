"""Every write of a meeting: teams, planning, agenda, the meeting itself, its closing."""
