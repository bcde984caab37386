"""Pictures and files: expected, claimed by one worker, stored or failed, dropped, and their files let go."""

import asyncio
from datetime import timedelta

from storage.commands import (
    BeginDraft,
    DropDraft,
    DropMedia,
    ExpectMedia,
    MediaDropped,
    MediaExpected,
    ReturnSheet,
)
from storage.media_work import Forgotten, StoredFile
from storage.vocabulary import MediaKind, MediaState, NoticeKind
from tests.storage.conftest import NOW, World, submit

LEASE = timedelta(minutes=1)
FILE = StoredFile("ab" * 32, 5_000_000_000, "image/jpeg")


def expect(media: str, draft: str = "d") -> ExpectMedia:
    return ExpectMedia(media, draft, "/data/photo", MediaKind.IMAGE, f"wechat {media}")


async def claimed(world: World, after: timedelta = timedelta()) -> list[tuple[str, int]]:
    """Ids and attempts of what a worker gets."""
    return [(found.id, found.attempts) for found in await world.database.media.claim(now=NOW + after, lease=LEASE)]


async def states(world: World, draft: str = "d") -> dict[str, MediaState]:
    """The media of the observer's draft."""
    return {found.id: found.state for found in await world.database.records(world.observer_contact).media(draft)}


async def test_what_is_expected_is_claimed_once_and_stored(world: World) -> None:
    await world.begun("d", 2)
    assert await world.does(expect("m"), expect("m")) == MediaExpected(True)
    one, two = await asyncio.gather(claimed(world), claimed(world))
    assert one + two == [("m", 1)]
    assert await world.database.media.stored("m", FILE, now=NOW)
    assert not await world.database.media.stored("m", StoredFile("cd" * 32, 1, "x"), now=NOW)
    (media,) = await world.database.records(world.observer_contact).media("d")
    assert (media.state, media.ref, media.kind) == (MediaState.STORED, "/data/photo", MediaKind.IMAGE)
    assert (media.sha256, media.bytes, media.mime) == (FILE.sha256, FILE.bytes, FILE.mime)
    assert await claimed(world, timedelta(days=1)) == []


async def test_a_worker_that_died_or_failed_is_followed_by_another(world: World) -> None:
    await world.begun("d", 2)
    await world.does(expect("m"))
    assert await claimed(world) == [("m", 1)]
    assert await claimed(world, LEASE / 2) == []
    assert await claimed(world, LEASE) == [("m", 2)]
    await world.database.media.retry("m", "timeout", at=NOW + timedelta(hours=1))
    assert await claimed(world, timedelta(minutes=59)) == []
    assert await claimed(world, timedelta(hours=1)) == [("m", 3)]


async def test_what_cannot_be_fetched_is_said_once(world: World) -> None:
    await world.begun("d", 2)
    await world.does(expect("m"))
    assert await world.database.media.failed("m", "expired", now=NOW)
    assert not await world.database.media.failed("m", "expired", now=NOW)
    assert await states(world) == {"m": MediaState.FAILED}
    (notice,) = await world.database.records(world.observer_contact).notices()
    assert notice.kind is NoticeKind.MEDIA_FAILED
    expected = {"media": "m", "draft": "d", "ref": "/data/photo", "kind": "image", "reason": "expired"}
    assert notice.body == {**expected, "title": "综合观察表"}


async def test_media_are_expected_for_ones_own_open_draft_only(world: World) -> None:
    await world.begun("d", 2)
    await world.begun("gone", 3)
    stranger = await world.database.contact_of("stranger", NOW)
    refused = MediaExpected(False)
    assert await world.does(expect("m"), contact=world.officer_contact) == refused
    assert await world.does(expect("m"), contact=stranger) == refused
    assert await world.does(expect("m", "unknown")) == refused
    await world.does(DropDraft("gone"))
    assert await world.does(expect("m", "gone")) == refused
    add = world.database.media.add
    assert not await add("w", world.officer_contact, "d", "/data/a", MediaKind.FILE, FILE, now=NOW)
    assert not await add("w", stranger, "d", "/data/a", MediaKind.FILE, FILE, now=NOW)
    for _ in range(2):
        assert await add("w", world.observer_contact, "d", "/data/a", MediaKind.FILE, FILE, now=NOW)
    assert await states(world) == {"w": MediaState.STORED}
    for contact in (world.officer_contact, stranger):
        assert await world.database.records(contact).media("d") == ()


async def test_what_was_dropped_is_neither_stored_nor_kept(world: World) -> None:
    await world.begun("d", 2)
    await world.does(expect("m"), expect("n"))
    assert await world.does(DropMedia(("m", "n")), contact=world.officer_contact) == MediaDropped(0)
    assert await world.does(DropMedia(("m", "unknown"))) == MediaDropped(1)
    assert not await world.database.media.stored("m", FILE, now=NOW)
    assert await states(world) == {"n": MediaState.PENDING}
    assert await world.database.media.forget() == Forgotten(1, ())


async def test_a_file_is_let_go_when_nobody_names_it_any_more(world: World) -> None:
    await world.begun("d", 2)
    await world.begun("e", 3)
    await world.does(expect("m"), expect("n", "e"), expect("o", "e"))
    for media, file in (("m", FILE), ("n", FILE), ("o", StoredFile("cd" * 32, 1, "x"))):
        await world.database.media.stored(media, file, now=NOW)
    await world.does(DropDraft("e"))
    work = world.database.media
    assert await work.forget() == Forgotten(2, ("cd" * 32,))
    assert await work.forget() == Forgotten(0, ())
    assert await work.named((FILE.sha256, "cd" * 32)) == {FILE.sha256}
    assert await states(world) == {"m": MediaState.STORED}


async def test_officers_see_the_media_of_what_was_handed_in_and_corrections_keep_them(world: World) -> None:
    await world.begun("d", 2)
    await world.does(expect("m"))
    number = (await world.does(submit("d"))).number
    assert await world.database.media.stored("m", FILE, now=NOW), "handed in before it was fetched"
    officer = world.database.records(world.officer_contact, now=NOW)
    assert [found.id for found in await officer.sheet_media(number)] == ["m"]
    assert await world.does(DropMedia(("m",))) == MediaDropped(0)
    await world.does(ReturnSheet(number, "补照片"), contact=world.officer_contact)
    (sheet,) = await world.database.records(world.observer_contact, now=NOW).returned_sheets()
    begin = BeginDraft("e", sheet.form_version_id, None, world.observer, sheet_id=sheet.sheet_id)
    await world.does(begin, expect("n", "e"))
    assert await states(world, "e") == {"m": MediaState.STORED, "n": MediaState.PENDING}
    await world.does(submit("e"))
    assert [found.id for found in await officer.sheet_media(number)] == ["m", "n"]
    assert await world.database.records(world.observer_contact, now=NOW).sheet_media(number) == ()
    assert await world.database.media.forget() == Forgotten(0, ())
