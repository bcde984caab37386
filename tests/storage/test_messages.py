"""Messages outside of forms: kept once a turn, under a number, read by officers of the unit and by nobody else."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from storage.admin import administer
from storage.commands import (
    BeginDraft,
    BindContact,
    MessageKind,
    MessageRecorded,
    MessageRefusal,
    MessageRefused,
    NewFinding,
    RecordMessage,
    ReturnSheet,
)
from storage.database import Database
from storage.numbers import NumberPrefix, parse_number, prefix_of
from storage.text_views import RecentText
from storage.vocabulary import Role, TextSource
from tests.storage.conftest import NOW, World, keep, submit
from tests.storage.texts import CLASSIFIER, classified, labels, office_holder, recorded, seen

DAY = timedelta(days=1)


async def rows(world: World, query: str) -> list[tuple[object, ...]]:
    """What a query of the tables finds."""
    async with world.database.administration("test", NOW) as session:
        return [tuple(row) for row in (await session.execute(text(query))).all()]


async def test_a_message_is_kept_with_its_labels(world: World) -> None:
    number = await recorded(world, "班车太少，司机收过路费不开票", disciplines=["廉洁纪律"], severity="low", lexicon=3)
    assert number == "YJ26-0000013" == parse_number("yj26 0000013") and prefix_of(number) is NumberPrefix.MESSAGE
    found = await seen(world, number)
    assert (found.number, found.kind, found.text) == (number, MessageKind.SUGGESTION, "班车太少，司机收过路费不开票")
    assert (found.unit_name, found.author_name, found.submitted_at) == ("集团 / 二公司", "王建国", NOW)
    assert found.labels.classification == classified(3, disciplines=["廉洁纪律"], severity="low")
    assert found.labels.current == labels(disciplines=["廉洁纪律"], severity="low")
    assert (found.labels.version, found.labels.lexicon, found.labels.classifier) == (1, 3, CLASSIFIER)
    assert (found.labels.corrected_at, found.labels.corrected_by) == (None, "")
    assert await rows(world, "SELECT intent, severity FROM messages") == [("suggestion", "low")]
    assert sorted(await rows(world, "SELECT kind, label FROM message_labels")) == [
        ("disciplines", "廉洁纪律"),
        ("fields", "车辆管理"),
    ]
    actions = await rows(world, "SELECT action, subject FROM audit_entries ORDER BY position DESC LIMIT 1")
    assert actions == [("message.recorded", f"message:{number}")]
    assert (await world.database.verify_audit()).broken_at is None


async def test_a_repeated_turn_keeps_one_message(world: World) -> None:
    """Also when the turn itself was forgotten meanwhile, as after a crash of another store."""
    command = RecordMessage("班车太少", MessageKind.SUGGESTION)
    _, first = await world.run("m", 5, command)
    again, nothing = await world.run("m", 5, command)
    assert again.repeated and nothing == []
    assert await world.database.purge_turns(NOW + DAY) > 0
    _, second = await world.run("m", 5, command)
    assert (first, second) == ([MessageRecorded("YJ26-0000013")], [MessageRecorded("YJ26-0000013", already=True)])
    assert len(await world.database.records(world.observer_contact).my_messages()) == 1


async def test_the_same_turn_at_once_keeps_one_message(world: World) -> None:
    command = RecordMessage("班车太少", MessageKind.SUGGESTION)
    turns = await asyncio.gather(*(world.run("m", 5, command) for _ in range(4)))
    assert sum(not turn.repeated for turn, _ in turns) == 1
    assert len({turn.reply for turn, _ in turns}) == 1
    assert len(await world.database.records(world.observer_contact).my_messages()) == 1


async def test_messages_at_once_get_numbers_of_their_own(world: World) -> None:
    contacts = [await world.database.contact_of(f"follower {n}", NOW) for n in range(6)]
    numbers = await asyncio.gather(*(recorded(world, contact=contact) for contact in contacts))
    assert all(parse_number(number) == number for number in numbers)
    assert len(set(numbers)) == 6


@pytest.mark.parametrize(
    ("kind", "said", "reason"),
    [
        ("report", "领导收红包", MessageRefusal.KIND),
        ("thanks", "谢谢", MessageRefusal.KIND),
        (MessageKind.INQUIRY, " \n", MessageRefusal.EMPTY),
    ],
)
async def test_a_report_or_nothing_is_not_kept(
    world: World, kind: MessageKind, said: str, reason: MessageRefusal
) -> None:
    assert await world.does(RecordMessage(said, kind, classified())) == MessageRefused(reason)
    assert await rows(world, "SELECT id FROM messages") == []


async def test_no_message_is_kept_while_there_is_no_unit(database: Database) -> None:
    contact = await database.contact_of("follower", NOW)
    results: list[object] = []
    await database.commit_turn(
        key="m",
        contact=contact,
        seq=1,
        now=NOW,
        commands=[RecordMessage("班车太少", MessageKind.SUGGESTION)],
        generation=0,
        finish=keep(results),
    )
    assert results == [MessageRefused(MessageRefusal.NOWHERE)]


async def test_what_is_no_classification_is_refused(world: World) -> None:
    for wrong in ({"fields": "车辆管理"}, {"severity": 3}, {"negated": "no"}, {"fields": [1]}):
        with pytest.raises(ValueError, match="label"):
            await world.does(RecordMessage("班车太少", MessageKind.SUGGESTION, classified(**wrong)))


async def test_an_unclassified_message_is_kept(world: World) -> None:
    kept = await world.does(RecordMessage("班车太少", MessageKind.COMPLAINT))
    found = await seen(world, kept.number)
    assert (found.labels.classification, found.labels.current, found.labels.version) == ({}, {}, 1)


async def test_a_follower_writes_to_the_group(world: World) -> None:
    stranger = await world.database.contact_of("follower", NOW)
    number = await recorded(world, contact=stranger)
    found = await seen(world, number)
    assert (found.unit_name, found.author_name) == ("集团", "")
    records = world.database.records(await office_holder(world, world.second), now=NOW)
    assert await records.message(number) is None


async def test_the_officers_above_read_a_message_and_nobody_else(world: World) -> None:
    number = await recorded(world)
    assert await seen(world, number, await office_holder(world, world.second))
    stranger = await world.database.contact_of("follower", NOW)
    for contact in (
        stranger,
        "no contact at all",
        world.observer_contact,
        await office_holder(world, world.first),
        await office_holder(world, world.site),
        await office_holder(world, world.group, Role.ADMINISTRATOR),
    ):
        records = world.database.records(contact, now=NOW)
        assert await records.message(number) is None
        assert await records.recent_texts(NOW - DAY) == ()
    assert await world.database.records(world.officer_contact, now=NOW).message("YJ26-9999994") is None


async def test_an_officer_does_not_read_what_they_wrote_themselves(world: World) -> None:
    """By person, and by the contact from before it was bound."""
    follower = await world.database.contact_of("follower", NOW)
    before = await recorded(world, contact=follower)
    async with administer(world.database, actor="test", now=NOW) as admin:
        person = await admin.add_person("孙莉", world.second)
        await admin.give_office(person, Role.OFFICER, world.group)
        code = await admin.invite(person)
    await world.does(BindContact(code, person), contact=follower)
    bound = await recorded(world, contact=follower)
    records = world.database.records(follower, now=NOW)
    assert await records.message(before) is None and await records.message(bound) is None
    assert await records.recent_texts(NOW - DAY) == ()
    assert [message.number for message in await records.my_messages()] == [bound, before]
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.unbind(person)
    elsewhere = await world.bind("another phone", person)
    assert await world.database.records(elsewhere, now=NOW).message(bound) is None


async def test_my_messages_are_mine_the_newest_first(world: World) -> None:
    numbers = [await recorded(world, f"第{n}条", now=NOW + n * DAY) for n in range(3)]
    await recorded(world, contact=world.officer_contact)
    mine = await world.database.records(world.observer_contact).my_messages(2)
    assert [message.number for message in mine] == [numbers[2], numbers[1]]
    assert (mine[0].kind, mine[0].text, mine[0].submitted_at) == (MessageKind.SUGGESTION, "第2条", NOW + 2 * DAY)


async def test_a_contact_bound_to_somebody_else_does_not_list_what_was_written_before(world: World) -> None:
    await recorded(world)
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.unbind(world.observer)
        person = await admin.add_person("周平", world.second)
        code = await admin.invite(person)
    assert await world.database.records(world.observer_contact).my_messages() == ()
    await world.does(BindContact(code, person))
    assert await world.database.records(world.observer_contact).my_messages() == ()


async def test_recent_texts_are_paged_over_messages_and_findings(world: World) -> None:
    found = tuple(NewFinding(f"问题{n}", classification=classified(intent="report")) for n in range(3))
    sheet = await world.handed_in("d", findings=found)
    await recorded(world, "太早", now=NOW - 9 * DAY)
    messages = [await recorded(world, f"第{n}条", now=NOW + n * DAY) for n in range(3)]
    records = world.database.records(world.officer_contact, now=NOW)
    whole = await records.recent_texts(NOW - DAY)
    assert [(one.number, one.place, one.text) for one in whole] == [
        (messages[2], 0, "第2条"),
        (messages[1], 0, "第1条"),
        (messages[0], 0, "第0条"),
        (sheet, 3, "问题2"),
        (sheet, 2, "问题1"),
        (sheet, 1, "问题0"),
    ]
    assert whole[0].labels == labels() and whole[3].labels == labels(intent="report")
    assert whole[0].submitted_at == NOW + 2 * DAY and not whole[0].corrected
    for size in (1, 2, 4):
        pages: list[RecentText] = []
        after = None
        while page := await records.recent_texts(NOW - DAY, limit=size, after=after):
            pages += page
            after = page[-1].cursor
        assert tuple(pages) == whole
    assert {one.cursor.source for one in whole} == set(TextSource)


async def test_received_messages_are_paged_without_findings(world: World) -> None:
    await world.handed_in("d", findings=(NewFinding("问题", classification=classified(intent="report")),))
    await recorded(world, "太早", now=NOW - 9 * DAY)
    numbers = [await recorded(world, f"第{n}条", now=NOW + n * DAY) for n in range(3)]
    records = world.database.records(world.officer_contact, now=NOW)
    pages = [await records.received_messages(NOW - DAY, limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [[one.number for one in page.messages] for page in pages] == [[numbers[2], numbers[1]], [numbers[0]], []]
    assert {page.total for page in pages} == {3}
    assert (await world.database.records(world.observer_contact, now=NOW).received_messages(NOW - DAY)).total == 0


async def test_recent_texts_are_those_of_the_newest_version_within_reach(world: World) -> None:
    number = await world.handed_in("d", findings=(NewFinding("旧"),))
    await world.does(ReturnSheet(number, "请补充"), contact=world.officer_contact)
    (sheet,) = await world.database.records(world.observer_contact, now=NOW).returned_sheets()
    begin = BeginDraft("e", world.form_version, None, world.observer, sheet_id=sheet.sheet_id)
    await world.does(begin, submit("e", findings=(NewFinding("新"),)))
    for unit, texts in ((world.second, ["新"]), (world.first, []), (world.site, [])):
        records = world.database.records(await office_holder(world, unit), now=NOW)
        assert [one.text for one in await records.recent_texts(NOW - DAY)] == texts
    assert await world.database.records(world.observer_contact, now=NOW).recent_texts(NOW - DAY) == ()
