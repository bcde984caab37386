"""Pictures without what they tell beside the picture: place, time, camera, owner, thumbnails, comments."""

from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageOps, ImageSequence
from PIL.JpegImagePlugin import JpegImageFile, get_sampling
from PIL.WebPImagePlugin import WebPImageFile

PIXELS: Final = 50_000_000
"""The most that a picture may have (width times height; of an animation all frames together): the largest phones' own.
Decoding needs 3 bytes for each, twice while a picture is turned."""
FRAMES: Final = 300
FORMATS: Final = ("JPEG", "PNG", "GIF", WebPImageFile.format)
"""The decoders that a stranger's file may reach (that of JPEG leads to MPO, a JPEG with further pictures behind it).
For a name whose decoder was not imported Pillow would load all that it has."""
QUALITY: Final = 90
"""Where the tables of the original cannot be kept."""
SHOWN: Final = frozenset({"transparency", "duration", "loop", "background"})
"""What belongs to the picture itself among what decoders note down."""


class Unreadable(Exception):
    """No picture, a damaged one, or one of more pixels than we decode."""


def bare(source: Path, target: Path) -> None:
    """Write the picture at `source` to `target`, upright and without any metadata; the format stays.

    A JPEG is encoded with the tables of the original. Of animated PNG and WebP, and of a JPEG with several pictures,
    the first is kept. Raises Unreadable; OSError when `target` cannot be written.
    """
    try:
        with Image.open(source, formats=FORMATS) as picture:
            kind = "JPEG" if picture.format == "MPO" else str(picture.format)
            frames, options = _pixels(picture, kind)
    except Exception as error:  # decoders of other people's files raise what they like
        raise Unreadable(type(error).__name__) from error
    first, *rest = frames
    if rest:
        options |= {"save_all": True, "append_images": rest}
    with target.open("wb") as file:
        try:
            first.save(file, kind, **options)
        except (ValueError, TypeError, KeyError) as error:
            raise Unreadable(type(error).__name__) from error


def _pixels(picture: Image.Image, kind: str) -> tuple[list[Image.Image], dict[str, Any]]:
    """The decoded pictures (several of an animated GIF), bare, and how to write them."""
    count = getattr(picture, "n_frames", 1) if kind == "GIF" else 1
    if picture.width * picture.height * count > PIXELS or count > FRAMES:
        raise ValueError("too many pixels")
    if count > 1:
        frames = [_cleared(frame.copy()) for frame in ImageSequence.Iterator(picture)]
        durations = [frame.info.get("duration", 100) for frame in frames]
        return frames, {"duration": durations, "loop": picture.info.get("loop", 0), "disposal": 2}
    picture.load()
    options = _jpeg(picture) if kind == "JPEG" else {"quality": QUALITY} if kind == "WEBP" else {}
    upright = ImageOps.exif_transpose(picture)
    if kind == "JPEG" and upright.mode not in {"L", "RGB"}:
        upright, options = upright.convert("RGB"), {"quality": QUALITY}
    return [_cleared(upright)], options


def _jpeg(picture: Image.Image) -> dict[str, Any]:
    if not isinstance(picture, JpegImageFile) or not picture.quantization:
        return {"quality": QUALITY}
    return {"qtables": picture.quantization, "subsampling": get_sampling(picture)}


def _cleared(picture: Image.Image) -> Image.Image:
    picture.info = {name: value for name, value in picture.info.items() if name in SHOWN}
    return picture
