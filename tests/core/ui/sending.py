"""Files as people send them: real ones, and those that mean harm."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, create_string_object

GPS = 0x8825
TRAILER = b"<script>alert(1)</script>"


def photo(name: str = "IMG_0001.jpg", size: tuple[int, int] = (40, 20)) -> SimpleUploadedFile:
    """Taken sideways, somewhere, by a telephone; with a page of script behind the picture."""
    taken = Image.new("RGB", size, (200, 30, 30))
    exif = taken.getexif()
    exif[0x010F] = "Telephone Fictif"
    exif[0x0112] = 6  # to be turned by a quarter
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (44.0, 1.0, 0.0)
    drawn = BytesIO()
    taken.save(drawn, "JPEG", exif=exif, comment=b"chez la famille")
    return SimpleUploadedFile(name, drawn.getvalue() + TRAILER)


def picture(name: str = "dessin.png") -> SimpleUploadedFile:
    drawn = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(drawn, "PNG")
    return SimpleUploadedFile(name, drawn.getvalue())


def paper(name: str = "papier.pdf", *, acts: str = "", password: str = "") -> SimpleUploadedFile:
    """A page; `acts` is "javascript", "embedded" or "launch"."""
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    if acts == "embedded":
        writer.add_attachment("autre.txt", b"contenu")
    elif acts:
        action = DictionaryObject()
        action[NameObject("/S")] = NameObject("/Launch" if acts == "launch" else "/JavaScript")
        action[NameObject("/JS")] = create_string_object("app.alert(1)")
        page = writer.pages[0]
        page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): writer._add_object(action)})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    written = BytesIO()
    writer.write(written)
    return SimpleUploadedFile(name, written.getvalue())
