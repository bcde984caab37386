"""commit_turn and find_turn: repeats, conflicts of seq, changed rights, roll-back, purging."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from storage.admin import administer
from storage.commands import BeginDraft, SubmitSheet, Submitted, TurnFacts, WriteAudit
from storage.database import Database, RightsChanged, SeqTaken
from tests.storage.conftest import NOW, World, keep


class Broken(Exception):
    """What a broken command raises."""


class BreakingCommand:
    """A command that fails."""

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Any:
        raise Broken


async def test_an_openid_keeps_its_contact(database: Database, url: str) -> None:
    contact = await database.contact_of("openid", NOW)
    assert await database.contact_of("openid", NOW) == contact
    assert await database.contact_of("other", NOW) != contact
    async with Database(url) as again:
        assert await again.contact_of("openid", NOW) == contact


async def test_an_openid_seen_by_many_at_once_is_one_contact(url: str) -> None:
    async with Database(url) as one, Database(url) as two:
        found = await asyncio.gather(*(base.contact_of("openid", NOW) for base in (one, two) for _ in range(10)))
    assert len(set(found)) == 1


async def test_remembered_contacts_are_bounded(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.contacts.REMEMBERED", 2)
    async with Database(sqlite_url) as database:
        first = [await database.contact_of(openid, NOW) for openid in ("a", "b", "c")]
        assert first == [await database.contact_of(openid, NOW) for openid in ("a", "b", "c")]


async def test_a_turn_is_found_by_its_key_and_by_a_greater_seq(world: World) -> None:
    await world.run("m1", 2)
    await world.run("m2", 3)
    find, me = world.database.find_turn, world.observer_contact
    by_key = await find("m1", me, 7)
    assert by_key is not None and (by_key.key, by_key.seq, by_key.repeated) == ("m1", 2, True)
    newest = await find("new", me, 1)
    assert newest is not None and newest.key == "m2"
    assert await find("new", me, 3) is None
    assert await find("new", world.officer_contact, 1) is None


async def test_a_repeat_gets_the_first_answer_and_runs_nothing(world: World) -> None:
    await world.begun("d", 2)
    submit = SubmitSheet("d", 1, {}, ())
    first, results = await world.run("m", 3, submit)
    assert isinstance(results[0], Submitted)
    again, nothing = await world.run("m", 3, submit)
    assert again.repeated and not first.repeated
    assert (again.conversation, again.reply, again.seq) == (first.conversation, first.reply, 3)
    assert nothing == []


async def test_twenty_repeats_at_once_run_the_commands_once(world: World) -> None:
    await world.begun("d", 2)
    submit = SubmitSheet("d", 1, {}, ())
    turns = await asyncio.gather(*(world.run("m", 3, submit) for _ in range(20)))
    assert len({turn.reply for turn, _ in turns}) == 1
    assert sum(not turn.repeated for turn, _ in turns) == 1
    assert sum(len(results) for _, results in turns) == 1


async def test_a_seq_taken_by_another_message_is_told_with_that_turn(world: World) -> None:
    first, _ = await world.run("m1", 2)
    with pytest.raises(SeqTaken) as taken:
        await world.run("m2", 2, WriteAudit("never", "x"))
    assert taken.value.turn.key == first.key
    assert taken.value.turn.conversation == first.conversation
    assert (await world.database.verify_audit()).entries == await audit_length(world)


async def test_two_messages_that_race_for_a_seq_do_not_both_win(world: World) -> None:
    results = await asyncio.gather(*(world.run(f"m{n}", 2) for n in range(10)), return_exceptions=True)
    assert sum(isinstance(result, SeqTaken) for result in results) == 9


async def test_a_key_of_somebody_else_gives_nobody_elses_reply_away(world: World) -> None:
    await world.run("m", 2)
    assert await world.database.find_turn("m", world.officer_contact, 9) is None
    with pytest.raises(IntegrityError):
        await world.run("m", 9, contact=world.officer_contact)


async def test_changed_rights_stop_the_turn(world: World) -> None:
    me = await world.database.records(world.observer_contact, now=NOW).principal()
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.end_appointment(world.appointment, last_day=NOW.date())
    begin = BeginDraft("d", world.form_version, world.appointment, world.observer)
    with pytest.raises(RightsChanged):
        await world.run("m", 2, begin, generation=me.generation)
    fresh = await world.database.records(world.observer_contact, now=NOW).principal()
    assert fresh.generation == me.generation + 1
    await world.run("m", 2, begin, generation=fresh.generation)


async def test_an_unbound_contact_has_generation_zero(world: World) -> None:
    stranger = await world.database.contact_of("stranger", NOW)
    assert (await world.database.records(stranger).principal()).generation == 0
    await world.run("m", 1, contact=stranger, generation=0)
    with pytest.raises(RightsChanged):
        await world.run("n", 2, contact=stranger, generation=1)


async def test_a_failing_command_rolls_everything_back(world: World) -> None:
    begin = BeginDraft("d", world.form_version, world.appointment, world.observer)
    before = await audit_length(world)
    with pytest.raises(Broken):
        await world.run("m", 2, begin, WriteAudit("never", "x"), BreakingCommand())
    assert await world.database.find_turn("m", world.observer_contact, 1) is None
    assert await world.database.records(world.observer_contact).open_drafts() == ()
    assert await audit_length(world) == before


async def test_a_failing_wording_rolls_everything_back(world: World) -> None:
    def finish(results: Sequence[Any]) -> tuple[str, str]:
        raise Broken

    await world.begun("d", 2)
    with pytest.raises(Broken):
        await world.database.commit_turn(
            key="m",
            contact=world.observer_contact,
            seq=3,
            now=NOW,
            commands=[SubmitSheet("d", 1, {}, ())],
            generation=None,
            finish=finish,
        )
    draft = await world.database.records(world.observer_contact).draft("d")
    assert draft is not None and draft.state == "open"


async def test_a_cancelled_turn_is_stored_wholly_or_not_at_all(world: World) -> None:
    for n in range(12):
        await world.begun(f"d{n}", 10 + n)
        task = asyncio.create_task(world.run(f"m{n}", 100 + n, SubmitSheet(f"d{n}", 1, {}, ())))
        await asyncio.sleep(n * 0.0005)
        task.cancel()
        await asyncio.wait({task})
    for n in range(12):
        turn, results = await world.run(f"m{n}", 100 + n, SubmitSheet(f"d{n}", 1, {}, ()))
        assert turn.repeated or results[0].already is False


async def test_a_contact_that_nobody_made_is_refused(database: Database) -> None:
    with pytest.raises(LookupError):
        await database.commit_turn(
            key="m", contact="nobody", seq=1, now=NOW, commands=[], generation=None, finish=keep([])
        )


async def test_a_naive_time_is_refused(database: Database) -> None:
    contact = await database.contact_of("openid", NOW)
    with pytest.raises(Exception, match="without a timezone"):
        await database.commit_turn(
            key="m",
            contact=contact,
            seq=1,
            now=NOW.replace(tzinfo=None),
            commands=[],
            generation=None,
            finish=keep([]),
        )


async def test_old_turns_are_purged_and_new_ones_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database._PURGED_AT_ONCE", 3)
    for n in range(10):
        await world.run(f"m{n}", 10 + n)
    assert await world.database.purge_turns(NOW) == 0
    assert await world.database.purge_turns((NOW + timedelta(seconds=1)).astimezone(UTC)) == 12
    assert await world.database.find_turn("m3", world.observer_contact, 0) is None
    await world.run("m3", 13)


async def test_before_first_runs_once_before_the_first_read_only(world: World) -> None:
    asked: list[int] = []

    async def before() -> None:
        asked.append(1)

    records = world.database.records(world.observer_contact, now=NOW, before_first=before)
    assert asked == []
    await asyncio.gather(records.principal(), records.forms(), records.open_drafts())
    await records.principal()
    assert asked == [1]


async def test_what_before_first_raises_comes_out_of_the_read(world: World) -> None:
    async def before() -> None:
        raise Broken

    records = world.database.records(world.observer_contact, before_first=before)
    for _ in range(2):
        with pytest.raises(Broken):
            await records.principal()


async def audit_length(world: World) -> int:
    """How many lines the audit log has."""
    return (await world.database.verify_audit()).entries
