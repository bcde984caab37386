"""Drafts and sheets: begun, saved, dropped, handed in once, numbered."""

import asyncio
from datetime import date

from storage.admin import administer
from storage.commands import (
    BeginDraft,
    DraftBegun,
    DraftDropped,
    DraftSaved,
    DropDraft,
    NewFinding,
    SaveDraft,
    SubmitRefusal,
    SubmitRefused,
    SubmitSheet,
    Submitted,
)
from storage.numbers import parse_number
from storage.vocabulary import DraftState, Level
from tests.storage.conftest import NOW, World, keep

ANSWERS = {"/data/risk": "招标文件由一人编制", "/data/none": None, "/data/list": ["甲", "乙"]}


async def test_a_draft_is_begun_saved_and_read_back(world: World) -> None:
    await world.begun("d", 2)
    _, (saved,) = await world.run("m", 3, SaveDraft("d", 1, ANSWERS, "/data/risk"))
    assert saved == DraftSaved(True, 2)
    (draft,) = await world.database.records(world.observer_contact, now=NOW).open_drafts()
    assert (draft.id, draft.title, draft.unit_name) == ("d", "综合观察表", "集团 / 二公司")
    assert (draft.version, draft.state, draft.position) == (2, DraftState.OPEN, "/data/risk")
    assert draft.answers == ANSWERS
    assert list(draft.answers) == list(ANSWERS)
    assert draft.updated_at == NOW


async def test_a_draft_begun_twice_under_one_id_is_one_draft(world: World) -> None:
    await world.begun("d", 2)
    await world.run("m", 3, SaveDraft("d", 1, ANSWERS, None))
    begin = BeginDraft("d", world.form_version, world.appointment, world.observer)
    _, (again,) = await world.run("n", 4, begin)
    assert again == DraftBegun(True, 2)
    assert len(await world.database.records(world.observer_contact).open_drafts()) == 1


async def test_a_draft_needs_a_running_appointment_of_ones_own(world: World) -> None:
    begin = BeginDraft("d", world.form_version, world.appointment, world.observer)
    _, (foreign,) = await world.run("m1", 9, begin, contact=world.officer_contact)
    _, (pretended,) = await world.run(
        "m2",
        10,
        BeginDraft("d", world.form_version, world.appointment, world.officer),
        contact=world.officer_contact,
    )
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.end_appointment(world.appointment, last_day=date(2026, 11, 12))
    _, (ended,) = await world.run("m3", 11, begin)
    assert foreign == pretended == ended == DraftBegun(False, 0)


async def test_a_draft_needs_a_form_that_is_offered_for_the_appointment(world: World) -> None:
    async with administer(world.database, actor="test", now=NOW) as admin:
        elsewhere = await admin.publish_form(
            name="own", title="一公司", level=Level.COMPREHENSIVE, unit=world.first, xml="", sha256="b"
        )
        other_level = await admin.publish_form(
            name="daily", title="日常", level=Level.DAILY, unit=world.group, xml="", sha256="c"
        )
        withdrawn = await admin.publish_form(
            name="old", title="旧表", level=Level.COMPREHENSIVE, unit=world.group, xml="", sha256="d"
        )
        await admin.withdraw_form(withdrawn.form_id)
    for seq, version in enumerate((elsewhere, other_level, withdrawn), 2):
        begin = BeginDraft(f"d{seq}", version.version_id, world.appointment, world.observer)
        _, (begun,) = await world.run(f"m{seq}", seq, begin)
        assert begun == DraftBegun(False, 0)


async def test_a_draft_is_saved_only_by_its_person_and_from_its_version(world: World) -> None:
    await world.begun("d", 2)
    _, (stale,) = await world.run("m1", 3, SaveDraft("d", 7, {}, None))
    _, (foreign,) = await world.run("m2", 9, SaveDraft("d", 1, {}, None), contact=world.officer_contact)
    _, (unknown,) = await world.run("m3", 4, SaveDraft("x", 1, {}, None))
    assert stale == foreign == unknown == DraftSaved(False, 0)


async def test_a_dropped_draft_is_gone_with_its_answers(world: World) -> None:
    await world.begun("d", 2)
    await world.run("m1", 3, SaveDraft("d", 1, ANSWERS, "/data/risk"))
    _, (foreign,) = await world.run("m2", 9, DropDraft("d"), contact=world.officer_contact)
    _, (dropped, twice) = await world.run("m3", 4, DropDraft("d"), DropDraft("d"))
    assert (foreign, dropped, twice) == (DraftDropped(False), DraftDropped(True), DraftDropped(False))
    records = world.database.records(world.observer_contact, now=NOW)
    assert await records.open_drafts() == ()
    draft = await records.draft("d")
    assert draft is not None and (draft.state, draft.answers) == (DraftState.DROPPED, {})
    _, (refused,) = await world.run("m4", 5, SubmitSheet("d", draft.version, {}, ()))
    assert refused == SubmitRefused(SubmitRefusal.GONE)


async def test_a_draft_is_read_by_its_person_only(world: World) -> None:
    await world.begun("d", 2)
    assert await world.database.records(world.officer_contact).draft("d") is None
    assert await world.database.records(await world.database.contact_of("stranger", NOW)).draft("d") is None


async def test_a_sheet_keeps_answers_readable_text_and_findings(world: World) -> None:
    await world.begun("d", 2)
    readable = (("廉洁风险", "招标文件由一人编制"), ("措施", "双人复核"))
    findings = (
        NewFinding("招标文件由一人编制", "高", "双人复核", "招标部", date(2026, 12, 31), 35_000_000, "/data/risk"),
        NewFinding("车辆登记不全"),
    )
    _, (result,) = await world.run("m", 3, SubmitSheet("d", 1, ANSWERS, readable, findings))
    assert isinstance(result, Submitted)
    sheet = await world.database.records(world.officer_contact, now=NOW).sheet(result.number)
    assert sheet is not None
    assert (sheet.title, sheet.unit_name, sheet.author_name) == ("综合观察表", "集团 / 二公司", "王建国")
    assert sheet.readable == readable
    assert [found.text for found in sheet.findings] == ["招标文件由一人编制", "车辆登记不全"]
    assert (sheet.findings[0].amount_fen, sheet.findings[0].deadline) == (35_000_000, date(2026, 12, 31))
    assert sheet.submitted_at == NOW


async def test_a_draft_becomes_one_sheet(world: World) -> None:
    await world.begun("d", 2)
    submit = SubmitSheet("d", 1, {}, ())
    results = await asyncio.gather(*(world.run(f"m{n}", 10 + n, submit) for n in range(10)))
    answers = [answer for _, (answer,) in results]
    assert len({answer.number for answer in answers}) == 1
    assert sum(not answer.already for answer in answers) == 1


async def test_a_draft_changed_meanwhile_is_not_handed_in(world: World) -> None:
    await world.begun("d", 2)
    await world.run("m1", 3, SaveDraft("d", 1, ANSWERS, None))
    _, (refused,) = await world.run("m2", 4, SubmitSheet("d", 1, {}, ()))
    assert refused == SubmitRefused(SubmitRefusal.CHANGED)


async def test_nobody_hands_in_anothers_draft(world: World) -> None:
    await world.begun("d", 2)
    stranger = await world.database.contact_of("stranger", NOW)
    for contact, seq in ((world.officer_contact, 9), (stranger, 1)):
        _, (refused,) = await world.run(f"m{seq}", seq, SubmitSheet("d", 1, {}, ()), contact=contact)
        assert refused == SubmitRefused(SubmitRefusal.GONE)


async def test_fifty_submissions_at_once_get_fifty_numbers(world: World) -> None:
    for n in range(50):
        await world.begun(f"d{n}", 10 + n)
    contacts = [await observer(world, n) for n in range(5)]
    async with administer(world.database, actor="test", now=NOW) as admin:
        appointments = [
            await admin.appoint(person, Level.COMPREHENSIVE, world.first, starts_on=NOW.date())
            for person, _ in contacts
        ]
    for n, ((person, contact), appointment) in enumerate(zip(contacts, appointments, strict=True)):
        begin = BeginDraft(f"other {n}", world.form_version, appointment, person)
        await world.run(f"begin other {n}", 2, begin, contact=contact)
    mine = [world.run(f"m{n}", 100 + n, SubmitSheet(f"d{n}", 1, {}, ())) for n in range(45)]
    others = [
        world.run(f"o{n}", 3, SubmitSheet(f"other {n}", 1, {}, ()), contact=contact)
        for n, (_, contact) in enumerate(contacts)
    ]
    results = await asyncio.gather(*mine, *others)
    numbers = [submitted.number for _, (submitted,) in results]
    assert len(set(numbers)) == 50
    assert all(parse_number(number) == number for number in numbers)
    assert (await world.database.verify_audit()).broken_at is None


async def test_the_year_of_a_number_is_the_enterprises(world: World) -> None:
    await world.begun("d", 2)
    new_year_in_shanghai = NOW.replace(month=12, day=31, hour=16)
    numbers: list[Submitted] = []
    await world.database.commit_turn(
        key="m",
        contact=world.observer_contact,
        seq=3,
        now=new_year_in_shanghai,
        commands=[SubmitSheet("d", 1, {}, ())],
        generation=None,
        finish=keep(numbers),
    )
    assert numbers[0].number.startswith("GC27-000001")


async def observer(world: World, n: int) -> tuple[int, str]:
    """One more person of 一公司, bound."""
    async with administer(world.database, actor="test", now=NOW) as admin:
        person = await admin.add_person(f"员工{n}", world.first)
    return person, await world.bind(f"openid {n}", person)
