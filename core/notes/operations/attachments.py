"""Files come in checked and bare, under a name that says nothing; a removed one leaves the disk."""

import hashlib
from datetime import datetime
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from core.children.models import Child
from core.journal import operations as journal
from core.notes.enums import Facet
from core.notes.models import Attachment
from core.notes.models.attachment import FOLDER
from core.notes.operations.notes import CannotNote, require_writable
from core.people.models import User
from core.ui import uploads


@transaction.atomic
def attach(
    *, child: Child, file: "File[bytes]", kind: str, facet: Facet, title: str, by: User, at: datetime
) -> Attachment:
    """`file` passed the form's UploadField; `kind` is one of uploads.MIME. Raises CannotNote."""
    require_writable(child, facet, by=by, at=at)
    if not title.strip():
        raise CannotNote("Dites en quelques mots ce que c’est.")
    return keep(child=child, file=file, kind=kind, facet=facet, title=title, by=by, at=at)


@transaction.atomic
def keep(
    *, child: Child, file: "File[bytes]", kind: str, facet: Facet, title: str, by: User, at: datetime
) -> Attachment:
    """As `attach`, once who may was asked elsewhere (a signed authorisation that came back)."""
    try:
        safe = uploads.made_safe(file, kind)
    except uploads.RefusedFile as refused:
        raise CannotNote(str(refused)) from refused
    content = uploads.as_content(safe, uuid4().hex)
    made = Attachment.objects.create(
        child=child,
        facet=facet,
        title=title.strip(),
        file=content,
        kind=kind,
        octets=content.size,
        sha256=hashlib.sha256(content.read()).hexdigest(),
        by=by,
        at=at,
    )
    journal.record(actor=by, act="notes.attached", target=made, at=at, child_id=child.pk)
    return made


@transaction.atomic
def remove(*, attachment: Attachment, because: str, by: User, at: datetime) -> Attachment:
    """The row stays and says why; the file goes once that is committed. Raises CannotNote."""
    locked = Attachment.objects.select_for_update(of=("self",)).select_related("child").get(pk=attachment.pk)
    if locked.removed_at is not None:
        return locked
    if locked.by_id != by.pk:
        require_writable(locked.child, Facet(locked.facet), by=by, at=at)
    if not because.strip():
        raise CannotNote("Dites pourquoi ce document est retiré.")
    name = locked.file.name or ""
    locked.file = ""
    locked.removed_at, locked.removed_by, locked.removed_because = at, by, because.strip()
    locked.save(update_fields=["file", "removed_at", "removed_by", "removed_because"])
    journal.record(actor=by, act="notes.attachment_removed", target=locked, at=at, child_id=locked.child_id)
    # The town's folder is that of this town: committed inside it, since a town is never left half-way.
    transaction.on_commit(lambda: default_storage.delete(name))
    return locked


def sweep(*, at: datetime) -> int:
    """Files that no row names, of a day ago or more: what a failure between disk and database left."""
    named = set(Attachment.objects.exclude(file="").values_list("file", flat=True))
    gone = 0
    for year in _folders(FOLDER):
        for month in _folders(year):
            for name in default_storage.listdir(month)[1]:
                path = f"{month}/{name}"
                age = at - default_storage.get_modified_time(path)
                if path not in named and age.total_seconds() > 86_400:
                    default_storage.delete(path)
                    gone += 1
    return gone


def _folders(path: str) -> list[str]:
    if not default_storage.exists(path):
        return []
    return [f"{path}/{name}" for name in default_storage.listdir(path)[0]]
