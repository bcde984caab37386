"""Publishing, withdrawing, restoring, listing; and moving drafts off a faulty version."""

import pytest

from storage.admin import administer
from storage.commands import RestoreDraft, SaveDraft, SubmitRefusal, SubmitRefused
from storage.publishing import OpenDraft
from storage.vocabulary import Audience, Level, NoticeKind
from tests.storage.conftest import NOW, World, submit


async def newer(world: World, name: str = "comprehensive", sha256: str = "b") -> int:
    """Publish another version (or form) of the group; the id of the version."""
    async with administer(world.database, actor="test", now=NOW) as admin:
        published = await admin.publish_form(
            name=name, title="新表", level=Level.COMPREHENSIVE, unit=world.group, xml="<b/>", sha256=sha256
        )
        return published.version_id


async def test_a_form_is_withdrawn_restored_and_published_again(world: World) -> None:
    records = world.database.records
    async with administer(world.database, actor="test", now=NOW) as admin:
        (line,) = await admin.forms()
        assert await admin.withdraw_form(line.id)
        assert not await admin.withdraw_form(line.id)
    assert await records(world.observer_contact, now=NOW).forms() == ()
    async with administer(world.database, actor="test", now=NOW) as admin:
        (withdrawn,) = await admin.forms()
        assert withdrawn.withdrawn_at == NOW
        assert await admin.restore_form(line.id)
        assert not await admin.restore_form(line.id)
        await admin.withdraw_form(line.id)
        again = await admin.publish_form(
            name="comprehensive",
            title="综合观察表",
            level=Level.COMPREHENSIVE,
            unit=world.group,
            xml="",
            sha256="a" * 64,
        )
        assert (again.version_id, again.number, again.new, again.restored) == (world.form_version, 1, False, True)
    assert len(await records(world.observer_contact, now=NOW).forms()) == 1


async def test_forms_and_versions_are_listed_with_their_open_drafts(world: World) -> None:
    await world.begun("d", 2)
    await world.handed_in("handed in")
    version = await newer(world)
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.publish_form(
            name="own", title="自有", level=None, unit=world.second, xml="", sha256="c", audience=Audience.EVERYONE
        )
        group, own = await admin.forms()
        assert (group.name, group.version_id, group.number, group.open_drafts) == ("comprehensive", version, 2, 1)
        assert (group.level, group.audience, group.unit_name) == (Level.COMPREHENSIVE, Audience.OBSERVERS, "集团")
        assert (own.level, own.unit_name) == (None, "集团 / 二公司")
        assert await admin.forms(world.second) == (own,)
        listed = await admin.form_versions(group.id)
        assert [(line.number, line.title, line.open_drafts) for line in listed] == [
            (2, "新表", 0),
            (1, "综合观察表", 1),
        ]
        with pytest.raises(LookupError):
            await admin.form_versions(0)


async def test_a_form_for_observers_needs_a_level(world: World) -> None:
    async with administer(world.database, actor="test", now=NOW) as admin:
        with pytest.raises(ValueError, match="level"):
            await admin.publish_form(name="f", title="表", level=None, unit=world.group, xml="", sha256="c")


async def test_open_drafts_are_moved_to_another_version(world: World) -> None:
    await world.begun("open", 2)
    await world.run("m", 3, SaveDraft("open", 1, {"old": "1"}, "/old"))
    await world.handed_in("handed in")
    version = await newer(world)
    async with administer(world.database, actor="test", now=NOW) as admin:
        (draft,) = await admin.drafts_on(world.form_version)
        assert (draft.id, draft.answers, draft.position) == ("open", {"old": "1"}, "/old")
        assert await admin.move_draft(draft, to=version, answers={"new": "1"}, position="/new")
        assert await admin.drafts_on(world.form_version) == ()
    records = world.database.records(world.observer_contact, now=NOW)
    moved = await records.draft("open")
    assert moved is not None
    assert (moved.form_version_id, moved.answers, moved.position, moved.version) == (version, {"new": "1"}, "/new", 3)
    (notice,) = await records.notices()
    assert (notice.kind, notice.body) == (NoticeKind.DRAFT_MOVED, {"draft": "open", "title": "新表"})
    stale = await world.does(submit("open", 2))
    assert stale == SubmitRefused(SubmitRefusal.CHANGED), "the phone still has the version before"


async def test_a_draft_that_was_changed_meanwhile_is_not_moved(world: World) -> None:
    await world.begun("saved", 2)
    await world.begun("handed in", 3)
    version, other = await newer(world), await newer(world, "other")
    async with administer(world.database, actor="test", now=NOW) as admin:
        drafts = {draft.id: draft for draft in await admin.drafts_on(world.form_version)}
    await world.run("m", 4, SaveDraft("saved", 1, {"a": "1"}, None))
    await world.run("n", 5, submit("handed in"))
    async with administer(world.database, actor="test", now=NOW) as admin:
        for draft in (*drafts.values(), OpenDraft("unknown", 1, None, {})):
            assert not await admin.move_draft(draft, to=version, answers={}, position=None)
        (current,) = await admin.drafts_on(world.form_version)
        with pytest.raises(ValueError, match="one form"):
            await admin.move_draft(current, to=other, answers={}, position=None)
    kept = await world.database.records(world.observer_contact, now=NOW).draft("saved")
    assert kept is not None and (kept.answers, kept.form_version_id) == ({"a": "1"}, world.form_version)


async def test_a_lapsed_draft_is_moved_too(world: World) -> None:
    await world.begun("d", 2)
    await world.database.lapsing.lapse(untouched_since=NOW.replace(year=2027), now=NOW)
    version = await newer(world)
    async with administer(world.database, actor="test", now=NOW) as admin:
        (draft,) = await admin.drafts_on(world.form_version)
        assert await admin.move_draft(draft, to=version, answers={}, position=None)
    assert (await world.does(RestoreDraft("d"))).restored
