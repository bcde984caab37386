"""The lexicon that staff edit: versions without gaps, one after the other, undone but never overwritten."""

import asyncio
from typing import Any

import pytest

from storage.commands import EditLexicon, LexiconEdited, LexiconRefusal, LexiconRefused, UndoLexiconEdit
from storage.text_views import LexiconState, LexiconWord
from storage.vocabulary import Permission, Role
from tests.storage.conftest import NOW, World
from tests.storage.test_messages import rows
from tests.storage.texts import office_holder

CARD = LexiconWord("油卡", ("车辆管理",), 2)
HEAVY = LexiconWord("油卡", ("车辆管理", "廉洁纪律"), 3)
NOISE = LexiconWord("油卡")
BUS = LexiconWord("班车", ("车辆管理",), 1)


async def edits(world: World, word: LexiconWord, version: int, contact: str = "") -> Any:
    """Edit the lexicon as the officer of the group, unless `contact` is given."""
    command = EditLexicon(word.word, word.labels, word.weight, version, "备注")
    return await world.does(command, contact=contact or world.officer_contact)


async def undoes(world: World, version: int | None = None, contact: str = "") -> Any:
    return await world.does(UndoLexiconEdit(version), contact=contact or world.officer_contact)


async def state(world: World) -> LexiconState:
    """What everybody's classifier is made with."""
    records = world.database.records("no contact at all")
    found = await records.lexicon_edits()
    assert found.version == await records.lexicon_version()
    assert found == await world.database.texts.lexicon()
    return found


async def test_nothing_was_edited_at_first(world: World) -> None:
    assert await state(world) == LexiconState(0, ())
    assert await world.database.records(world.officer_contact).lexicon_history() == ()
    assert await undoes(world) == LexiconRefused(LexiconRefusal.NOTHING, 0)


async def test_the_newest_edit_of_a_word_counts(world: World) -> None:
    assert await edits(world, CARD, 0) == LexiconEdited(1, "油卡", None, CARD)
    assert await edits(world, BUS, 1) == LexiconEdited(2, "班车", None, BUS)
    assert await edits(world, NOISE, 2) == LexiconEdited(3, "油卡", CARD, NOISE)
    assert await state(world) == LexiconState(3, (BUS, NOISE))
    newest, _, oldest = await world.database.records(world.officer_contact).lexicon_history()
    assert (newest.version, newest.word, newest.labels, newest.weight) == (3, "油卡", (), 0)
    assert (oldest.version, oldest.labels, oldest.weight, oldest.note) == (1, ("车辆管理",), 2, "备注")
    assert (oldest.officer_name, oldest.at, oldest.undoes, oldest.undone_by) == ("李纪", NOW, None, None)
    entries = await rows(world, "SELECT subject FROM audit_entries WHERE action = 'lexicon.edited' ORDER BY position")
    assert entries == [("lexicon:1",), ("lexicon:2",), ("lexicon:3",)]


async def test_edits_are_undone_the_newest_first(world: World) -> None:
    for version, word in enumerate((CARD, BUS, HEAVY)):
        await edits(world, word, version)
    assert await undoes(world) == LexiconEdited(4, "油卡", HEAVY, CARD, 3)
    assert await state(world) == LexiconState(4, (CARD, BUS))
    assert await undoes(world) == LexiconEdited(5, "班车", BUS, None, 2)
    assert await undoes(world) == LexiconEdited(6, "油卡", CARD, None, 1)
    assert await undoes(world) == LexiconRefused(LexiconRefusal.NOTHING, 6)
    assert await state(world) == LexiconState(6, ())
    history = await world.database.records(world.officer_contact).lexicon_history(limit=4)
    assert [(one.version, one.undoes, one.undone_by) for one in history] == [
        (6, 1, None),
        (5, 2, None),
        (4, 3, None),
        (3, None, 4),
    ]
    assert (history[2].word, history[2].labels, history[2].weight) == ("油卡", HEAVY.labels, 3)
    assert await edits(world, CARD, 6) == LexiconEdited(7, "油卡", None, CARD)
    assert (await world.database.verify_audit()).broken_at is None


async def test_undoing_an_earlier_edit_leaves_the_later_one(world: World) -> None:
    for version, word in enumerate((CARD, HEAVY)):
        await edits(world, word, version)
    assert await undoes(world, 1) == LexiconEdited(3, "油卡", HEAVY, HEAVY, 1)
    assert await undoes(world, 2) == LexiconEdited(4, "油卡", HEAVY, None, 2)
    for version in (1, 3, 9):
        assert await undoes(world, version) == LexiconRefused(LexiconRefusal.NOTHING, 4)


async def test_an_edit_tried_on_an_older_lexicon_is_refused(world: World) -> None:
    await edits(world, CARD, 0)
    for version in (0, 2):
        assert await edits(world, BUS, version) == LexiconRefused(LexiconRefusal.CHANGED, 1)
    assert await state(world) == LexiconState(1, (CARD,))


async def test_of_two_officers_at_once_one_finds_it_changed(world: World) -> None:
    other = await office_holder(world, world.group, name="孙莉")
    results = await asyncio.gather(edits(world, CARD, 0), edits(world, BUS, 0, other))
    assert sum(isinstance(result, LexiconEdited) for result in results) == 1
    assert LexiconRefused(LexiconRefusal.CHANGED, 1) in results
    assert (await state(world)).version == 1


async def test_an_edit_is_undone_once(world: World) -> None:
    other = await office_holder(world, world.group, name="孙莉")
    await edits(world, CARD, 0)
    results = await asyncio.gather(undoes(world, 1), undoes(world, 1, other))
    assert sum(isinstance(result, LexiconEdited) for result in results) == 1
    assert await state(world) == LexiconState(2, ())


async def test_a_repeated_turn_edits_once(world: World) -> None:
    command = EditLexicon("油卡", ("车辆管理",), 2, 0)
    await world.run("l", 40, command, contact=world.officer_contact)
    turn, _ = await world.run("l", 40, command, contact=world.officer_contact)
    assert turn.repeated and (await state(world)).version == 1


async def test_only_officers_of_the_group_edit(world: World) -> None:
    await edits(world, CARD, 0)
    stranger = await world.database.contact_of("follower", NOW)
    subsidiary = await office_holder(world, world.second)
    administrator = await office_holder(world, world.group, Role.ADMINISTRATOR)
    refused = LexiconRefused(LexiconRefusal.NO_RIGHT, 1)
    for contact in (stranger, world.observer_contact, subsidiary, administrator):
        assert await edits(world, BUS, 1, contact) == refused
        assert await undoes(world, 1, contact) == refused
        principal = await world.database.records(contact, now=NOW).principal()
        assert not principal.may(Permission.EDIT_LEXICON)
    officer = await world.database.records(world.officer_contact, now=NOW).principal()
    assert officer.may(Permission.EDIT_LEXICON) and officer.may(Permission.CORRECT_LABELS)


async def test_officers_read_the_history_and_nobody_else(world: World) -> None:
    await edits(world, CARD, 0)
    subsidiary = await office_holder(world, world.second)
    administrator = await office_holder(world, world.group, Role.ADMINISTRATOR)
    assert len(await world.database.records(subsidiary).lexicon_history()) == 1
    for contact in (world.observer_contact, administrator, "no contact at all"):
        assert await world.database.records(contact).lexicon_history() == ()


@pytest.mark.parametrize(("word", "said", "weight"), [(" ", ("营销",), 1), ("油", ("营销",), 4), ("油", (), 1)])
def test_what_is_no_edit_is_refused(word: str, said: tuple[str, ...], weight: int) -> None:
    with pytest.raises(ValueError, match=r"word|weight"):
        EditLexicon(word, said, weight, 0)
