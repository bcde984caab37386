"""Copies of drafts: the newest stands, and none changes what was handed in, dropped or changed meanwhile."""

from datetime import timedelta

from storage.commands import DraftCopy, DropDraft, KeepCopy, SaveDraft, SubmitSheet, UnbindPerson, Unbound
from tests.storage.conftest import NOW, World

EARLY, LATE = {"/data/a": "先"}, {"/data/a": "后"}


async def answers_of(world: World, draft: str) -> object:
    found = await world.database.records(world.observer_contact, now=NOW).draft(draft)
    return None if found is None else dict(found.answers)


async def test_the_newest_copy_stands(world: World) -> None:
    """Also when workers write them in the wrong order, and several drafts share a transaction."""
    await world.begun("d", 2)
    await world.begun("e", 3)
    later, earlier = NOW + timedelta(seconds=9), NOW + timedelta(seconds=3)
    await world.database.copy_drafts(
        [
            (DraftCopy("d", 1, LATE, "/data/a", world.observer_contact), later),
            (DraftCopy("e", 1, EARLY, None, world.observer_contact), later),
        ]
    )
    await world.database.copy_drafts([(DraftCopy("d", 1, EARLY, None, world.observer_contact), earlier)])
    found = await world.database.records(world.observer_contact, now=NOW).draft("d")
    assert found is not None
    assert (dict(found.answers), found.position, found.version, found.updated_at) == (LATE, "/data/a", 1, later)
    assert await answers_of(world, "e") == EARLY


async def test_a_copy_of_another_version_changes_nothing(world: World) -> None:
    """暂存 or an officer changed the draft after the copy was made."""
    await world.begun("d", 2)
    await world.run("m", 3, SaveDraft("d", 1, LATE, None))
    await world.database.copy_drafts(
        [(DraftCopy("d", 1, EARLY, None, world.observer_contact), NOW + timedelta(seconds=5))]
    )
    assert await answers_of(world, "d") == LATE


async def test_a_copy_that_comes_after_the_end_changes_nothing(world: World) -> None:
    """Handed in or dropped, and unknown drafts: no answers come back."""
    await world.begun("handed in", 2)
    await world.begun("dropped", 3)
    await world.run("m1", 4, SubmitSheet("handed in", 1, LATE, ()))
    await world.run("m2", 5, DropDraft("dropped"))
    before = [await answers_of(world, "handed in"), await answers_of(world, "dropped")]
    at = NOW + timedelta(minutes=1)
    names = ("handed in", "dropped", "unknown")
    await world.database.copy_drafts(
        [(DraftCopy(name, version, EARLY, None, world.observer_contact), at) for name in names for version in (1, 2)]
    )
    assert [await answers_of(world, "handed in"), await answers_of(world, "dropped")] == before
    assert await answers_of(world, "unknown") is None


async def test_the_copy_of_a_loosened_wechat_stands_with_the_loosening(world: World) -> None:
    """An officer's turn keeps it in its own transaction, while the WeChat is still the person's, and never later."""
    await world.begun("d", 2)
    keep = KeepCopy(DraftCopy("d", 1, EARLY, "/data/a", world.observer_contact))
    unbound = await world.does(keep, UnbindPerson(world.observer), contact=world.officer_contact)
    assert unbound == Unbound(True)
    late = KeepCopy(DraftCopy("d", 1, LATE, None, world.observer_contact))
    await world.does(late, contact=world.officer_contact, now=NOW + timedelta(minutes=1))
    new = await world.bind("new phone", world.observer)
    found = await world.database.records(new, now=NOW).draft("d")
    assert found is not None and (dict(found.answers), found.position) == (EARLY, "/data/a")


async def test_a_copy_of_somebody_else_changes_nothing(world: World) -> None:
    """A phone that was unbound still holds the form, and so may one that never was the person's."""
    await world.begun("d", 2)
    stranger = await world.database.contact_of("a stranger", NOW)
    at = NOW + timedelta(seconds=5)
    await world.database.copy_drafts(
        [(DraftCopy("d", 1, LATE, None, stranger), at), (DraftCopy("d", 1, LATE, None, "unknown"), at)]
    )
    assert await answers_of(world, "d") == {}
    await world.database.copy_drafts([(DraftCopy("d", 1, EARLY, None, world.observer_contact), at)])
    assert await answers_of(world, "d") == EARLY
