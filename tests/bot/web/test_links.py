"""A link leads to one question of one draft for a day, and nobody else can make one."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.web.links import LIFE, LinkExpired, LinkUnknown, Place, UploadLinks
from storage.vocabulary import MediaKind
from tests.world import START

LINKS = UploadLinks("https://example.com", b"key")
PLACE = Place("contact", "d" * 22, "/data/rep[2]/照片", MediaKind.FILE)


def token_of(address: str) -> str:
    """What follows the last slash."""
    return address.rpartition("/")[2]


def test_a_link_is_read_as_it_was_made() -> None:
    """Short enough for a message, and without anything readable in it."""
    address = LINKS.make(PLACE, START)
    assert address.startswith("https://example.com/upload/")
    assert len(address) < 400
    assert "contact" not in address
    assert "=" not in address
    assert LINKS.read(token_of(address), START) == PLACE


def test_a_link_is_good_for_a_day() -> None:
    """To the second; a clock that was a little ahead when it was made does no harm."""
    token = token_of(LINKS.make(PLACE, START))
    assert LINKS.read(token, START + timedelta(seconds=LIFE)) == PLACE
    assert LINKS.read(token, START - timedelta(minutes=5)) == PLACE
    with pytest.raises(LinkExpired):
        LINKS.read(token, START + timedelta(seconds=LIFE + 1))


def test_without_an_address_there_are_no_links() -> None:
    """QF_WEB_BASE is not set."""
    assert UploadLinks("", b"key").make(PLACE, START) == ""


def test_another_key_makes_other_links() -> None:
    """Even an expired one of somebody else is unknown, not expired."""
    token = token_of(UploadLinks("https://example.com", b"other").make(PLACE, START - timedelta(days=9)))
    with pytest.raises(LinkUnknown):
        LINKS.read(token, START)


@settings(max_examples=60, database=None, deadline=None)
@given(st.text(max_size=300), st.integers(0, 200), st.characters())
def test_nothing_else_is_a_link(rubbish: str, at: int, sign: str) -> None:
    """Rubbish, and a link with one sign changed."""
    with pytest.raises(LinkUnknown):
        LINKS.read(rubbish, START)
    token = token_of(LINKS.make(PLACE, START))
    changed = token[:at] + sign + token[at + 1 :]
    if changed != token:
        with pytest.raises(LinkUnknown):
            LINKS.read(changed, START)
