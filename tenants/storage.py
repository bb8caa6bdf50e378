"""Files of a town: one folder a schema, chosen at each access."""

from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from tenants import context


class TownStorage(FileSystemStorage):
    """Django's storage in the entered town's folder. No URL: a file opens through a view that checks."""

    def __init__(self) -> None:
        super().__init__(location=settings.MEDIA_ROOT)

    def url(self, name: str | None) -> str:
        """Raises ValueError; Django's own would make one up from MEDIA_URL."""
        raise ValueError(f"{name} has no URL.")

    @property
    def base_location(self) -> str:
        return str(Path(settings.MEDIA_ROOT) / context.require().schema)

    @property
    def location(self) -> str:
        return str(Path(self.base_location).resolve())
