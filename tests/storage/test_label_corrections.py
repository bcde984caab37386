"""Officers correct labels of messages and findings: once each, kept beside the machine's, as examples to learn from."""

import asyncio
from typing import Any

import pytest

from storage.admin import administer
from storage.commands import (
    BeginDraft,
    CorrectFinding,
    CorrectionRefusal,
    CorrectionRefused,
    CorrectMessage,
    LabelsCorrected,
    NewFinding,
    ReturnSheet,
)
from storage.text_views import LabelsView
from storage.vocabulary import Role
from tests.storage.conftest import NOW, World, submit
from tests.storage.test_messages import DAY, rows
from tests.storage.texts import classified, labels, office_holder, recorded, seen

UNKNOWN = CorrectionRefused(CorrectionRefusal.UNKNOWN)
CHANGED = CorrectionRefused(CorrectionRefusal.CHANGED)
OWN = CorrectionRefused(CorrectionRefusal.OWN)


async def corrects(world: World, number: str, said: dict[str, Any], version: int = 1, contact: str = "") -> Any:
    """Correct a message as the officer of the group, unless `contact` is given."""
    command = CorrectMessage(number, said, version)
    return await world.does(command, contact=contact or world.officer_contact, now=NOW + DAY)


async def labels_of_finding(world: World, number: str, place: int = 1) -> LabelsView:
    sheet = await world.database.records(world.officer_contact, now=NOW).sheet(number)
    assert sheet is not None and sheet.findings[place - 1].place == place
    return sheet.findings[place - 1].labels


async def test_an_officers_labels_count_beside_the_machines(world: World) -> None:
    number = await recorded(world)
    said = {"fields": ["食堂后勤", "物资管理"], "severity": "low"}
    after = labels(**said)
    assert await corrects(world, number, said) == LabelsCorrected(labels(), after, 2)
    found = (await seen(world, number)).labels
    assert (found.classification, found.current, found.version) == (classified(), after, 2)
    assert (found.corrected_at, found.corrected_by) == (NOW + DAY, "李纪")
    assert await rows(world, "SELECT intent, severity FROM messages") == [("suggestion", "low")]
    assert sorted(await rows(world, "SELECT label FROM message_labels")) == [("物资管理",), ("食堂后勤",)]
    (example,) = await world.database.records(world.officer_contact).label_corrections()
    assert (example.number, example.place, example.text) == (number, 0, "班车太少")
    assert (example.before, example.after, example.officer_name) == (labels(), after, "李纪")
    assert example.at == NOW + DAY
    (entry,) = await rows(world, "SELECT actor, subject FROM audit_entries WHERE action = 'labels.corrected'")
    assert entry == (f"person:{world.officer}", f"message:{number}")
    (text,) = await world.database.records(world.officer_contact, now=NOW).recent_texts(NOW - DAY)
    assert text.corrected and text.labels == after


async def test_a_correction_is_corrected_again(world: World) -> None:
    number = await recorded(world)
    await corrects(world, number, {"severity": "low"})
    second = await corrects(world, number, {"fields": []}, 2)
    assert second == LabelsCorrected(labels(severity="low"), labels(severity="low", fields=[]), 3)
    records = world.database.records(world.officer_contact)
    (again,) = await records.label_corrections()
    assert (again.before, again.after) == (labels(severity="low"), labels(severity="low", fields=[]))
    other = await recorded(world)
    await corrects(world, other, {"fields": []})
    _, later = await records.label_corrections()
    assert (later.number, later.after) == (other, labels(fields=[]))
    assert await records.label_corrections(after=again.id) == (later,)
    assert await records.label_corrections(limit=1) == (again,)
    assert await world.database.texts.corrections() == (again, later)
    assert await rows(world, "SELECT label FROM message_labels") == []


async def test_an_officer_may_say_that_the_machine_is_right(world: World) -> None:
    number = await recorded(world)
    assert await corrects(world, number, {}) == LabelsCorrected(labels(), labels(), 2)
    assert (await seen(world, number)).labels.corrected_by == "李纪"


async def test_an_unclassified_finding_gets_whole_labels(world: World) -> None:
    number = await world.handed_in("d", findings=(NewFinding("无"),))
    command = CorrectFinding(number, 1, {"negated": True}, 1, 1)
    result = await world.does(command, contact=world.officer_contact)
    assert result == LabelsCorrected({}, labels(intent="other", fields=[], negated=True), 2)


async def test_of_two_officers_at_once_one_finds_it_changed(world: World) -> None:
    number = await recorded(world)
    other = await office_holder(world, world.group, name="孙莉")
    results = await asyncio.gather(
        corrects(world, number, {"severity": "low"}),
        corrects(world, number, {"severity": "high"}, contact=other),
    )
    assert sum(isinstance(result, LabelsCorrected) for result in results) == 1 and CHANGED in results
    assert len(await world.database.records(world.officer_contact).label_corrections()) == 1


async def test_a_repeated_turn_corrects_once(world: World) -> None:
    number = await recorded(world)
    command = CorrectMessage(number, {"severity": "low"}, 1)
    await world.run("c", 30, command, contact=world.officer_contact)
    turn, _ = await world.run("c", 30, command, contact=world.officer_contact)
    assert turn.repeated and (await seen(world, number)).labels.version == 2


async def test_nobody_else_corrects(world: World) -> None:
    number = await recorded(world)
    sheet = await world.handed_in("d", findings=(NewFinding("问题"),))
    stranger = await world.database.contact_of("follower", NOW)
    for contact in (
        stranger,
        world.observer_contact,
        await office_holder(world, world.first),
        await office_holder(world, world.site),
        await office_holder(world, world.group, Role.ADMINISTRATOR),
    ):
        assert await corrects(world, number, {"severity": "low"}, contact=contact) == UNKNOWN
        assert await world.does(CorrectFinding(sheet, 1, {}, 1, 1), contact=contact) == UNKNOWN
        assert await world.database.records(contact).label_corrections() == ()
    assert await corrects(world, "YJ26-9999994", {"severity": "low"}) == UNKNOWN


async def test_an_officer_does_not_correct_their_own(world: World) -> None:
    number = await recorded(world)
    sheet = await world.handed_in("d", findings=(NewFinding("问题"),))
    await corrects(world, number, {"severity": "low"})
    await world.does(CorrectFinding(sheet, 1, {}, 1, 1), contact=world.officer_contact)
    async with administer(world.database, actor="test", now=NOW) as admin:
        await admin.give_office(world.observer, Role.OFFICER, world.group)
    assert await corrects(world, number, {"severity": "low"}, 2, contact=world.observer_contact) == OWN
    assert await world.does(CorrectFinding(sheet, 1, {}, 2, 1)) == OWN
    assert await world.database.records(world.observer_contact).label_corrections() == ()
    assert len(await world.database.records(world.officer_contact).label_corrections()) == 2


@pytest.mark.parametrize("wrong", [{"field": ["车辆管理"]}, {"fields": "车辆管理"}, {"severity": None}, {"negated": 1}])
def test_what_are_no_labels_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="label"):
        CorrectMessage("YJ26-0000013", wrong, 1)
    with pytest.raises(ValueError, match="label"):
        CorrectFinding("GC26-0000012", 1, wrong, 1, 1)


async def test_labels_of_findings_are_kept_and_corrected(world: World) -> None:
    found = (
        NewFinding("公车私用", classification=classified(intent="report", severity="medium"), classifier="test 1"),
        NewFinding("无"),
    )
    number = await world.handed_in("d", findings=found)
    first, second = await labels_of_finding(world, number), await labels_of_finding(world, number, 2)
    assert first.current == labels(intent="report", severity="medium") and first.classifier == "test 1"
    assert (second.current, second.classification, second.version) == ({}, {}, 1)
    assert await rows(world, "SELECT kind, label FROM finding_labels") == [("fields", "车辆管理")]
    command = CorrectFinding(number, 1, {"disciplines": ["廉洁纪律"]}, 1, 1)
    corrected = await world.does(command, contact=world.officer_contact)
    assert isinstance(corrected, LabelsCorrected) and corrected.version == 2
    assert (await labels_of_finding(world, number)).current == corrected.after
    assert await world.does(command, contact=world.officer_contact) == CHANGED
    assert await world.does(CorrectFinding(number, 3, {}, 1, 1), contact=world.officer_contact) == UNKNOWN
    assert await world.does(CorrectFinding(number, 1, {}, 2, 2), contact=world.officer_contact) == UNKNOWN
    (example,) = await world.database.records(world.officer_contact).label_corrections()
    assert (example.number, example.place, example.text) == (number, 1, "公车私用")
    assert sorted(await rows(world, "SELECT kind, label FROM finding_labels")) == [
        ("disciplines", "廉洁纪律"),
        ("fields", "车辆管理"),
    ]


async def test_a_finding_handed_in_again_keeps_the_officers_labels(world: World) -> None:
    number = await world.handed_in(
        "d", findings=(NewFinding("公车私用", classification=classified()), NewFinding("无"))
    )
    for command in (CorrectFinding(number, 1, {"severity": "low"}, 1, 1), ReturnSheet(number, "请补充")):
        await world.does(command, contact=world.officer_contact)
    (sheet,) = await world.database.records(world.observer_contact, now=NOW).returned_sheets()
    begin = BeginDraft("e", world.form_version, None, world.observer, sheet_id=sheet.sheet_id)
    found = (NewFinding("无"), NewFinding("公车私用", classification=classified(intent="report")))
    await world.does(begin, submit("e", findings=found))
    kept = await labels_of_finding(world, number, 2)
    assert kept.current == labels(severity="low") and kept.corrected_by == "李纪"
    assert kept.classification == classified(intent="report")
    assert (await labels_of_finding(world, number, 1)).current == {}
    late = CorrectFinding(number, 1, {}, 2, 1)
    assert await world.does(late, contact=world.officer_contact) == CHANGED
    assert await rows(
        world,
        "SELECT f.severity, l.label FROM findings f JOIN finding_labels l ON l.finding_id = f.id WHERE version = 2",
    ) == [("low", "车辆管理")]
