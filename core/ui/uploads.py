"""What a sent file really is, and what is kept of it: the one way for every upload of the platform.

A photograph is drawn anew: where and by which device it was taken goes, and whatever hung behind the picture.
A PDF is kept as it came (it may be evidence), and refused when it would run, open or carry something.
"""

import re
import warnings
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import puremagic
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

MIME = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
ENDING = {"pdf": "pdf", "jpeg": "jpg", "png": "png"}
MOST_PIXELS = 60_000_000  # a telephone's largest photograph; a bomb has a thousand times more
MOST_OBJECTS = 200_000
JPEG_QUALITY = 88
# Keys and values by which a PDF acts, opens something else or hides a file.
_ACTS = frozenset(
    {
        "/JS",
        "/JavaScript",
        "/Launch",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/RichMedia",
        "/ImportData",
        "/SubmitForm",
        "/XFA",
        "/GoToE",
        "/Rendition",
    }
)
# As `_ACTS`, in what no reference leads to: an earlier revision, a second table. Long names alone, which
# chance does not write in a compressed stream.
_RAW = re.compile(rb"/(?:JavaScript|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)(?=[\s/<(\[>])")
_ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")

# What a reader of PDF raises on a file that is none.
UNREADABLE = (
    PyPdfError, RecursionError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError
)  # fmt: skip


class RefusedFile(Exception):
    """The file is not kept; the message is French, and says what to do."""


def made_safe(file: "File[bytes]", kind: str) -> UploadedFile:
    """The file to keep, of the same name and kind. Raises RefusedFile."""
    file.seek(0)
    content = file.read()
    kept = _PREPARE[kind](content)
    return SimpleUploadedFile(file.name or f"fichier.{ENDING[kind]}", kept, content_type=MIME[kind])


def named_by_content(start: bytes) -> str:
    """What the first octets of a refused file say that it is: an ending, or nothing."""
    if start[4:8] == b"ftyp" and start[8:12] in (b"heic", b"heix", b"mif1", b"msf1"):
        return "heic"
    try:
        return str(puremagic.from_string(start)).lstrip(".")
    except (puremagic.PureError, ValueError):
        return ""


def _picture(format: str, **options: Any) -> Callable[[bytes], bytes]:
    def prepare(content: bytes) -> bytes:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
                with Image.open(BytesIO(content), formats=[format]) as opened:
                    if opened.width * opened.height > MOST_PIXELS:
                        raise RefusedFile("Cette image est trop grande. Prenez la photo en moins grand.")
                    upright = ImageOps.exif_transpose(opened)
                    # A new picture of the same points: no text, profile, thumbnail or comment comes along.
                    bare = Image.new(_mode(upright, format), upright.size)
                    bare.paste(upright.convert(bare.mode))
        except (
            UnidentifiedImageError,
            Image.DecompressionBombError,
            OSError,
            SyntaxError,
            ValueError,
        ) as error:
            raise RefusedFile(
                "Cette image ne s’ouvre pas. Reprenez la photo, ou enregistrez-la de nouveau en JPEG."
            ) from error
        drawn = BytesIO()
        draw = bare.save  # into memory: nothing is written to disk or database here
        draw(drawn, format, **options)
        return drawn.getvalue()

    return prepare


def _mode(picture: Image.Image, format: str) -> str:
    if picture.mode in ("1", "L"):
        return "L"
    see_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    return "RGBA" if format == "PNG" and see_through else "RGB"


def _paper(content: bytes) -> bytes:
    """Raises RefusedFile for a PDF that is closed by a password, can't be read, or would act."""
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise RefusedFile(
                "Ce PDF est protégé par un mot de passe. Enregistrez-le sans protection, puis envoyez-le."
            )
        pages = len(reader.pages)
        acts = any(name in _ACTS for name in _names(reader))
    except RefusedFile:
        raise
    except (
        PyPdfError,
        RecursionError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
    ) as e:
        raise RefusedFile(
            "Ce PDF ne s’ouvre pas. Imprimez-le en PDF de nouveau, ou prenez-le en photo."
        ) from e
    if acts or _RAW.search(_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)):
        raise RefusedFile(
            "Ce PDF contient un programme, un formulaire ou un autre fichier. Imprimez-le en PDF "
            "(« Imprimer », puis « Enregistrer au format PDF »), et envoyez celui-là."
        )
    if not pages:
        raise RefusedFile("Ce PDF n’a aucune page.")
    return content


def _names(reader: PdfReader) -> Iterator[str]:
    """Every key and name in every object that the file's tables lead to. Raises RefusedFile for too many."""
    known: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.trailer]
    for generation, numbers in reader.xref.items():
        waiting += [IndirectObject(number, generation, reader) for number in numbers]
    waiting += [IndirectObject(number, 0, reader) for number in reader.xref_objStm]
    while waiting:
        item = waiting.pop()
        if isinstance(item, IndirectObject):
            place = (item.idnum, item.generation)
            if place in known:
                continue
            known.add(place)
            if len(known) > MOST_OBJECTS:
                raise RefusedFile("Ce PDF est trop compliqué. Imprimez-le en PDF de nouveau.")
            item = item.get_object()
        if isinstance(item, DictionaryObject):
            for key, value in item.items():
                yield str(key)
                waiting.append(value)
        elif isinstance(item, ArrayObject):
            waiting += item
        elif isinstance(item, NameObject):
            yield str(item)


_PREPARE: dict[str, Callable[[bytes], bytes]] = {
    "pdf": _paper,
    "jpeg": _picture("JPEG", quality=JPEG_QUALITY),
    "png": _picture("PNG"),
}


def as_content(file: "File[bytes]", name: str) -> "ContentFile[bytes]":
    """To be stored under another name than the sender's."""
    file.seek(0)
    return ContentFile(file.read(), name)
