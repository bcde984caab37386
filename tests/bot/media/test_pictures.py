"""What a picture tells beside the picture is gone; the picture itself stays."""

import io
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from PIL.JpegImagePlugin import JpegImageFile

from bot.media import pictures
from bot.media.pictures import Unreadable, bare
from simulator.samples import HEIGHT, WIDTH, photo
from tests.bot.media.files import SECRET, animation, exif, picture

XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"


def png_text() -> PngImagePlugin.PngInfo:
    """Text chunks of a PNG."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return info


TALKATIVE = {
    "jpeg": picture("JPEG", exif=exif(), comment=SECRET, xmp=XMP, icc_profile=SECRET),
    "png": picture("PNG", exif=exif(), pnginfo=png_text(), icc_profile=SECRET),
    "gif": picture("GIF", comment=SECRET),
    "animation": animation(),
    "webp": picture("WEBP", exif=exif(), xmp=XMP, icc_profile=SECRET),
    "grey": picture("JPEG", mode="L", exif=exif()),
    "cmyk": picture("JPEG", mode="CMYK", exif=exif()),
    "palette": picture("PNG", mode="P", exif=exif()),
    "see-through": picture("PNG", mode="RGBA", exif=exif()),
}


def stripped(content: bytes, folder: Path) -> bytes:
    """The bare picture."""
    source, target = folder / "source", folder / "target"
    source.write_bytes(content)
    bare(source, target)
    return target.read_bytes()


@pytest.mark.parametrize("name", TALKATIVE)
def test_nothing_is_told_beside_the_picture(name: str, tmp_path: Path) -> None:
    """No EXIF, XMP, comment, profile or text; the format and the size stay."""
    content = TALKATIVE[name]
    assert SECRET in content
    clean = stripped(content, tmp_path)
    for trace in (SECRET, b"Exif", b"EXIF", b"GPS", b"xmp", b"XMP", b"ICCP", b"iCCP", b"ICC_PROFILE", b"tEXt"):
        assert trace not in clean
    with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(clean)) as after:
        assert (after.format, after.size) == (before.format, before.size)
        assert not after.getexif()
        left, right = (after.convert("RGB").getpixel((x, 5)) for x in (2, after.width - 3))
        assert isinstance(left, tuple)
        assert isinstance(right, tuple)
        if name in {"jpeg", "png", "webp", "cmyk", "palette", "see-through"}:
            assert (left[0] > 200, left[2] < 60) == (True, True)
            assert (right[2] > 200, right[0] < 60) == (True, True)


def test_a_sideways_photo_is_turned_before_it_forgets_so(tmp_path: Path) -> None:
    """As the viewer shows it, with the tables of the original: hardly larger, hardly changed."""
    content = photo(1)
    clean = stripped(content, tmp_path)
    with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(clean)) as after:
        assert isinstance(before, JpegImageFile)
        assert isinstance(after, JpegImageFile)
        assert (before.size, after.size) == ((HEIGHT, WIDTH), (WIDTH, HEIGHT))
        assert before.quantization == after.quantization
        sky, ground = (after.getpixel((240, y)) for y in (5, HEIGHT - 5))
        assert isinstance(sky, tuple)
        assert isinstance(ground, tuple)
        assert sky[2] > ground[2]
    assert len(clean) < len(content) * 1.1
    assert b"Simulator" in content
    assert b"Simulator" not in clean


def test_of_several_pictures_in_a_jpeg_the_first_is_kept(tmp_path: Path) -> None:
    """Some phones put a second one, with another exposure or depths, behind it."""
    kept = io.BytesIO()
    first, second = Image.new("RGB", (30, 20), "red"), Image.new("RGB", (30, 20), "blue")
    first.save(kept, "MPO", save_all=True, append_images=[second], exif=exif())
    with Image.open(io.BytesIO(stripped(kept.getvalue(), tmp_path))) as after:
        assert (after.format, after.size, getattr(after, "n_frames", 1)) == ("JPEG", (30, 20), 1)


def test_an_animation_keeps_moving(tmp_path: Path) -> None:
    """All frames, at their pace."""
    with Image.open(io.BytesIO(stripped(animation(5), tmp_path))) as after:
        assert (getattr(after, "n_frames", 1), after.info["duration"]) == (5, 70)


def test_stripping_twice_changes_nothing(tmp_path: Path) -> None:
    """The same picture has one SHA-256 however often it comes round."""
    once = stripped(TALKATIVE["png"], tmp_path)
    assert stripped(once, tmp_path) == once


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff\xe0" + bytes(40),
        picture("JPEG")[:200],
        picture("PNG")[:60],
        b"GIF89a" + bytes(20),
        picture("BMP"),
        picture("TIFF"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    ],
)
def test_what_cannot_be_decoded_is_told(content: bytes, tmp_path: Path) -> None:
    """Damaged, empty, or of a format whose decoder a stranger's file must not reach."""
    with pytest.raises(Unreadable):
        stripped(content, tmp_path)


def test_decompression_bombs_are_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few KB that would be hundreds of MB; also as many frames."""
    kept = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(kept, "PNG")
    assert len(kept.getvalue()) < 20_000
    with pytest.raises(Unreadable):
        stripped(kept.getvalue(), tmp_path)
    monkeypatch.setattr(pictures, "PIXELS", 20 * 10 * 4)
    with pytest.raises(Unreadable):
        stripped(animation(5), tmp_path)
    monkeypatch.setattr(pictures, "FRAMES", 3)
    with pytest.raises(Unreadable):
        stripped(animation(4), tmp_path)
