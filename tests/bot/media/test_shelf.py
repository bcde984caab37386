"""Files are there whole or not at all, once for each content, and gone when nobody needs them."""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.media.shelf import GRACE, Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty one."""
    return Shelf(tmp_path / "media")


def put(shelf: Shelf, content: bytes) -> str:
    """Keep a file; its SHA-256."""
    with shelf.scratch() as place:
        place.write_bytes(content)
        sha256, size = shelf.keep(place)
    assert size == len(content)
    return sha256


def files(folder: Path) -> list[Path]:
    """Everything that lies there."""
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_goes_by_its_content(shelf: Shelf, tmp_path: Path) -> None:
    """Under its SHA-256, readable by us alone, and once."""
    sha256 = put(shelf, b"content")
    assert sha256 == hashlib.sha256(b"content").hexdigest()
    path = shelf.path(sha256)
    assert path == tmp_path / "media" / sha256[:2] / sha256
    assert path.read_bytes() == b"content"
    assert path.stat().st_mode & 0o077 == 0
    assert put(shelf, b"content") == sha256
    assert files(tmp_path) == [path]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "g" * 64, "a" * 63])
def test_only_a_hash_is_a_name(shelf: Shelf, name: str) -> None:
    """Nothing leads out of the folder."""
    with pytest.raises(ValueError, match="SHA-256"):
        shelf.path(name)


def test_what_was_not_finished_leaves_nothing(shelf: Shelf, tmp_path: Path) -> None:
    """An error while a file is received."""
    with pytest.raises(RuntimeError), shelf.scratch() as place:
        place.write_bytes(b"half")
        raise RuntimeError
    assert files(tmp_path) == []


def test_young_files_are_not_removed(shelf: Shelf) -> None:
    """One that is named in a moment; storing it again makes it young again."""
    sha256 = put(shelf, b"content")
    before = time.time() - GRACE
    assert not shelf.remove(sha256, before)
    os.utime(shelf.path(sha256), (1.0, 1.0))
    assert shelf.old_files(sha256[:2], before) == [sha256]
    put(shelf, b"content")
    assert shelf.old_files(sha256[:2], before) == []
    assert not shelf.remove(sha256, before)
    os.utime(shelf.path(sha256), (1.0, 1.0))
    assert shelf.remove(sha256, before)
    assert shelf.remove(sha256, before)
    assert not shelf.path(sha256).exists()
    assert shelf.old_files("zz", before) == []


def test_a_file_that_is_stored_while_it_is_removed_stays(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever comes first."""
    sha256 = put(shelf, b"content")
    os.utime(shelf.path(sha256), (1.0, 1.0))
    scratch: Callable[[], object] = shelf.scratch

    def storing() -> object:
        monkeypatch.undo()
        put(shelf, b"content")
        return scratch()

    monkeypatch.setattr(shelf, "scratch", storing)
    assert not shelf.remove(sha256, time.time() - GRACE)
    assert shelf.path(sha256).read_bytes() == b"content"


def test_what_a_crash_left_half_received_is_swept(shelf: Shelf, tmp_path: Path) -> None:
    """After a day; what is being received now stays."""
    assert shelf.sweep_incoming(time.time()) == 0
    with shelf.scratch() as place:
        place.write_bytes(b"now")
        left = place.with_name("0" * 32)
        left.write_bytes(b"crashed")
        os.utime(left, (1.0, 1.0))
        assert shelf.sweep_incoming(time.time() - 60) == 1
        assert files(tmp_path) == [place]
