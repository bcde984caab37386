"""Drafts that nobody touches: warned of once, lapsed, restored or erased."""

import asyncio
from datetime import timedelta

import pytest

from storage.commands import (
    DraftCopy,
    DraftRestored,
    DraftSaved,
    DropDraft,
    ExpectMedia,
    RestoreDraft,
    SaveDraft,
    SubmitRefusal,
    SubmitRefused,
    Submitted,
)
from storage.media_work import Forgotten
from storage.vocabulary import DraftState, MediaKind, NoticeKind
from tests.storage.conftest import NOW, World, submit

DAY = timedelta(days=1)


async def state_of(world: World, draft: str) -> DraftState:
    found = await world.database.records(world.observer_contact).draft(draft)
    assert found is not None
    return found.state


async def lapse(world: World) -> int:
    """What the clock does fourteen days after the test's beginning."""
    return await world.database.lapsing.lapse(untouched_since=NOW + DAY, now=NOW + 15 * DAY)


async def test_a_person_is_warned_once_after_each_touch(world: World) -> None:
    await world.begun("d", 2)
    lapsing = world.database.lapsing
    assert await lapsing.warn(untouched_since=NOW, lapse_after=14 * DAY, now=NOW + 11 * DAY) == 0, "touched just then"

    async def warn(day: int) -> int:
        return await lapsing.warn(untouched_since=NOW + (day - 10) * DAY, lapse_after=14 * DAY, now=NOW + day * DAY)

    warned = await asyncio.gather(warn(11), warn(11))
    assert max(warned) == 1 and await warn(12) == 0
    await world.database.copy_drafts([(DraftCopy("d", 1, {"a": "1"}, None, world.observer_contact), NOW + 12 * DAY)])
    assert await warn(13) == 0
    assert await warn(23) == 1
    notices = await world.database.records(world.observer_contact).notices()
    assert [(notice.kind, notice.body["lapses_at"]) for notice in notices] == [
        (NoticeKind.DRAFT_LAPSING, "2026-11-27T02:00:00+00:00"),
        (NoticeKind.DRAFT_LAPSING, "2026-12-09T02:00:00+00:00"),
    ]
    (draft,) = await world.database.records(world.observer_contact).open_drafts()
    assert draft.lapses_at(14 * DAY) == NOW + 26 * DAY


async def test_an_untouched_draft_lapses_and_is_restored(world: World) -> None:
    await world.begun("old", 2)
    await world.begun("young", 3)
    await world.begun("dropped", 4)
    await world.run("m", 5, SaveDraft("old", 1, {"a": "1"}, "/a"), DropDraft("dropped"))
    await world.database.copy_drafts([(DraftCopy("young", 1, {}, None, world.observer_contact), NOW + 3 * DAY)])
    assert sum(await asyncio.gather(lapse(world), lapse(world))) == 1
    records = world.database.records(world.observer_contact)
    assert [draft.id for draft in await records.open_drafts()] == ["young"]
    (lapsed,) = await records.lapsed_drafts()
    assert (lapsed.id, lapsed.answers, lapsed.version) == ("old", {"a": "1"}, 3)
    (notice,) = await records.notices()
    assert (notice.kind, notice.body) == (NoticeKind.DRAFT_LAPSED, {"draft": "old", "title": "综合观察表"})
    assert await world.does(SaveDraft("old", 3, {}, None)) == DraftSaved(False, 0)
    assert await world.does(submit("old", 3)) == SubmitRefused(SubmitRefusal.LAPSED)
    assert await world.does(RestoreDraft("old"), contact=world.officer_contact) == DraftRestored(False, 0)
    assert await world.does(RestoreDraft("old"), now=NOW + 16 * DAY) == DraftRestored(True, 4)
    assert await world.does(RestoreDraft("old")) == DraftRestored(False, 0)
    assert isinstance(await world.does(submit("old", 4)), Submitted)


async def test_a_lapsed_draft_is_erased_in_the_end(world: World) -> None:
    await world.begun("d", 2)
    await world.run("m", 3, SaveDraft("d", 1, {"a": "1"}, "/a"), ExpectMedia("p", "d", "/p", MediaKind.IMAGE, "w"))
    await lapse(world)
    lapsing = world.database.lapsing
    assert await lapsing.erase(lapsed_before=NOW + 15 * DAY, now=NOW + 16 * DAY) == 0
    assert await lapsing.erase(lapsed_before=NOW + 16 * DAY, now=NOW + 29 * DAY) == 1
    draft = await world.database.records(world.observer_contact).draft("d")
    assert draft is not None and (draft.state, draft.answers, draft.position) == (DraftState.DROPPED, {}, None)
    assert await world.does(RestoreDraft("d")) == DraftRestored(False, 0)
    assert await world.database.media.forget() == Forgotten(1, ())
    assert (await world.database.verify_audit()).broken_at is None


async def test_many_drafts_lapse_in_short_transactions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.lapsing._AT_ONCE", 2)
    for n in range(5):
        await world.begun(f"d{n}", 10 + n)
    assert await lapse(world) == 5
    assert {await state_of(world, f"d{n}") for n in range(5)} == {DraftState.LAPSED}
