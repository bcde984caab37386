"""What was handed in before: to copy from, to show of a project, and to compare with."""

from datetime import date, timedelta
from typing import Any

import pytest

from storage.admin import administer
from storage.commands import BeginDraft, NewText, ReturnSheet
from storage.records import ComparedText
from storage.submission import project_key
from storage.vocabulary import Level
from tests.storage.conftest import NOW, World, submit

FORM = "comprehensive"


async def colleague(world: World, unit: int, name: str = "赵小军") -> tuple[int, int, str]:
    """Another observer, of `unit`: person, appointment, contact."""
    async with administer(world.database, actor="test", now=NOW) as admin:
        person = await admin.add_person(name, unit)
        appointment = await admin.appoint(person, Level.COMPREHENSIVE, unit, starts_on=date(2026, 1, 1))
    return person, appointment, await world.bind(name, person)


async def colleagues_sheet(world: World, unit: int, draft: str, name: str = "赵小军", **said: Any) -> str:
    """The number of a sheet of another observer of `unit`."""
    person, appointment, contact = await colleague(world, unit, name)
    begin = BeginDraft(draft, world.form_version, appointment, person)
    number: str = (await world.does(begin, submit(draft, **said), contact=contact)).number
    return number


async def test_my_last_sheet_is_the_newest_of_the_form_and_unit(world: World) -> None:
    records = world.database.records(world.observer_contact, now=NOW)
    assert await records.last_sheet(FORM, unit_id=world.second) is None
    older = await world.handed_in("a", answers={"n": "1"}, readable=(("题", "甲"),), form_state={"day": "x"})
    newer = await world.handed_in("b", answers={"n": "2"})
    await colleagues_sheet(world, world.second, "c")
    last = await records.last_sheet(FORM, unit_id=world.second)
    assert last is not None and (last.number, last.answers) == (newer, {"n": "2"})
    before = await records.last_sheet(FORM, unit_id=world.second, but=newer)
    assert before is not None
    assert (before.number, before.readable, before.form_state) == (older, (("题", "甲"),), {"day": "x"})
    assert await records.last_sheet("other", unit_id=world.second) is None
    assert await records.last_sheet(FORM, unit_id=world.first) is None


async def test_an_old_sheet_that_was_corrected_lately_is_not_the_last(world: World) -> None:
    older, newer = await world.handed_in("a"), await world.handed_in("b")
    await world.does(ReturnSheet(older, "改"), contact=world.officer_contact)
    records = world.database.records(world.observer_contact, now=NOW)
    (sheet,) = await records.returned_sheets()
    begin = BeginDraft("c", sheet.form_version_id, None, world.observer, sheet_id=sheet.sheet_id)
    await world.does(begin, submit("c", answers={"n": "3"}), now=NOW + timedelta(days=1))
    last = await records.last_sheet(FORM, unit_id=world.second)
    assert last is not None and last.number == newer
    corrected = await records.last_sheet(FORM, unit_id=world.second, but=newer)
    assert corrected is not None and (corrected.version, corrected.answers) == (2, {"n": "3"})


async def test_the_last_sheet_of_a_project_is_the_units_whoever_wrote_it(world: World) -> None:
    records = world.database.records(world.observer_contact, now=NOW)
    number = await colleagues_sheet(world, world.second, "a", project="一期 ＥＰＣ工程")
    await colleagues_sheet(world, world.first, "b", "钱宁", project="一期EPC工程")
    await world.handed_in("c", project="二期")
    found = await records.last_project_sheet(FORM, "一期epc工程", unit_id=world.second)
    assert found is not None and found.number == number
    assert await records.last_project_sheet(FORM, "三期", unit_id=world.second) is None
    assert await records.last_project_sheet(FORM, " ", unit_id=world.second) is None


async def test_a_projects_sheet_is_read_by_the_units_observers_only(world: World) -> None:
    await world.handed_in("a", project="一期")
    _, _, elsewhere = await colleague(world, world.first)
    for contact in (elsewhere, world.officer_contact, "nobody"):
        records = world.database.records(contact, now=NOW)
        assert await records.last_project_sheet(FORM, "一期", unit_id=world.second) is None
    over = world.database.records(world.observer_contact, now=NOW.replace(year=2027))
    assert await over.last_project_sheet(FORM, "一期", unit_id=world.second) is None


@pytest.mark.parametrize(("one", "other"), [("一期 工程", "一期工程"), ("ＥＰＣ", "epc"), ("A" * 300, "a" * 200)])
def test_a_project_is_the_same_however_it_is_typed(one: str, other: str) -> None:
    assert project_key(one) == project_key(other)


async def test_texts_of_other_units_are_compared_with_those_of_the_nearest_length_first(world: World) -> None:
    texts = tuple(NewText("/a", text) for text in ("招标由一人编制", "招标由一人编制。另", "短", "长" * 90))
    number = await colleagues_sheet(world, world.first, "a", texts=(*texts, NewText("/b", "别的题的回答呀")))
    await colleagues_sheet(world, world.second, "b", "钱宁", texts=texts)
    await world.handed_in("c", texts=texts)
    records = world.database.records(world.observer_contact, now=NOW)

    async def like(*refs: str, form_name: str = FORM, days: int = -1, limit: int = 9) -> list[ComparedText]:
        since = NOW + timedelta(days=days)
        lengths = dict.fromkeys(refs, 7)
        return list(await records.texts_like(form_name, lengths, unit_id=world.second, since=since, limit=limit))

    found = await like("/a", "/none")
    assert [text.text for text in found] == ["招标由一人编制", "招标由一人编制。另"]
    assert {(text.ref, text.number, text.unit_name) for text in found} == {("/a", number, "一公司")}
    assert len(await like("/a", "/b", limit=1)) == 2
    assert await like("/a", days=1) == await like("/a", form_name="other") == []
    records = world.database.records("nobody", now=NOW)
    assert await like("/a") == []


async def test_only_the_newest_version_is_compared_with(world: World) -> None:
    number = await world.handed_in("a", texts=(NewText("/a", "第一稿"),))
    await world.does(ReturnSheet(number, "改"), contact=world.officer_contact)
    (sheet,) = await world.database.records(world.observer_contact, now=NOW).returned_sheets()
    begin = BeginDraft("b", sheet.form_version_id, None, world.observer, sheet_id=sheet.sheet_id)
    await world.does(begin, submit("b", texts=(NewText("/a", "第二稿"),)))
    _, _, other = await colleague(world, world.first)
    records = world.database.records(other, now=NOW)
    found = await records.texts_like(FORM, {"/a": 3}, unit_id=world.first, since=NOW)
    assert [text.text for text in found] == ["第二稿"]
