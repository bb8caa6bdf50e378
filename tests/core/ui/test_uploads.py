"""What is kept of a sent file, and what is refused; how it is handed over."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.ui import files, uploads
from core.ui.fields import UploadField
from tests.core.ui import sending


def kept(file: SimpleUploadedFile) -> bytes:
    found = UploadField().clean(file)
    assert found is not None
    return found.read()


def test_a_photograph_loses_where_it_was_taken_and_stands_upright() -> None:
    sent = sending.photo()
    assert Image.open(BytesIO(sent.read())).getexif().get_ifd(sending.GPS)
    content = kept(sent)
    with Image.open(BytesIO(content)) as picture:
        assert not picture.getexif()
        assert "comment" not in picture.info
        assert picture.size == (20, 40)
    assert sending.TRAILER not in content


def test_a_drawing_stays_see_through() -> None:
    with Image.open(BytesIO(kept(sending.picture()))) as drawing:
        assert drawing.mode == "RGBA"


def test_a_paper_is_kept_as_it_came() -> None:
    sent = sending.paper()
    assert kept(sent) == sent.open().read()


@pytest.mark.parametrize("acts", ["javascript", "embedded", "launch"])
def test_a_paper_that_acts_is_refused_and_says_what_to_do(acts: str) -> None:
    with pytest.raises(ValidationError, match=r"programme.*Imprimez-le en PDF"):
        UploadField().clean(sending.paper(acts=acts))


def test_a_program_in_an_earlier_revision_is_found() -> None:
    sent = sending.paper(acts="javascript").read() + sending.paper().read()
    with pytest.raises(ValidationError, match=r"programme|ne s’ouvre pas"):
        UploadField().clean(SimpleUploadedFile("deux.pdf", sent))


def test_a_name_written_by_its_numbers_is_read() -> None:
    disguised = sending.paper().read().replace(b"/MediaBox", b"/J#61vaScript 1 /MediaBox")
    with pytest.raises(ValidationError, match=r"programme|ne s’ouvre pas"):
        UploadField().clean(SimpleUploadedFile("x.pdf", disguised))


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (sending.paper(password="secret"), "mot de passe"),
        (SimpleUploadedFile("x.pdf", b"%PDF-1.7 rien"), "ne s’ouvre pas"),
        (SimpleUploadedFile("x.jpg", b"\xff\xd8\xff\xe0 rien"), "ne s’ouvre pas"),
        (SimpleUploadedFile("x.png", b"\x89PNG\r\n\x1a\nrien"), "ne s’ouvre pas"),
        (SimpleUploadedFile("x.heic", b"\0\0\0\x18ftypheic" + b"0" * 20), "HEIC"),
        (SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "bon type"),
        (SimpleUploadedFile("x.pdf", b"<html><script>"), "bon type"),
    ],
    ids=["password", "pdf", "jpeg", "png", "heic", "svg", "html"],
)
def test_what_is_refused_says_why(file: SimpleUploadedFile, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        UploadField().clean(file)


def test_a_picture_of_too_many_points_is_not_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_PIXELS", 100)
    with pytest.raises(ValidationError, match="trop grande"):
        UploadField().clean(sending.photo())


@pytest.mark.parametrize(
    ("content", "kind", "shown"),
    [
        (sending.paper().read(), "application/pdf", "attachment"),
        (sending.picture().read(), "image/png", "inline"),
        (b"<html>", "application/octet-stream", "attachment"),
    ],
    ids=["pdf", "png", "html"],
)
def test_handed_over_it_can_do_nothing(content: bytes, kind: str, shown: str) -> None:
    response = files.handed_over(content, name="Bulletin d’Aïcha")
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"].startswith(f"{shown}; filename*=UTF-8''Bulletin%20d%E2%80%99A")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "no-store" in response["Cache-Control"]
