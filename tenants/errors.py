"""What the kernel refuses. Each is a bug or an attack: nothing catches them to go on."""


class TenancyError(Exception):
    """Base of the kernel's refusals."""


class NoPlaceError(TenancyError):
    """A town's data was asked for while no town is entered."""


class OtherPlaceError(TenancyError):
    """An object, a key or a context of one town was used inside another."""


class NotEnteredError(TenancyError):
    """The database refused the town's role or search path; the query was not run."""


class RefusedStatementError(TenancyError):
    """A statement that no page and no job has a reason to send."""


class UnknownPlaceError(TenancyError):
    """No town of this name, host or schema."""


class SuspendedPlaceError(TenancyError):
    """The town is suspended: no page, no job."""
