"""What was handed in before: to copy from, to show of a project, and to compare with."""

from datetime import date, timedelta
from typing import Any

import pytest

from nlp.similarity import normalise
from nlp.sketches import marks, sketch
from storage.admin import administer
from storage.commands import BeginDraft, NewText, ReturnSheet
from storage.project_names import project_key
from storage.records import ComparedText
from storage.vocabulary import Level
from tests.nlp.copied_pairs import PAIRS
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


def new(text: str, ref: str = "/a") -> NewText:
    """An answer to be compared with, marked with its first characters; the records do not look into its sketch."""
    return NewText(ref, text, text.encode()[:9], tuple(map(ord, text[:8])))


async def test_texts_of_other_units_are_found_by_their_sketches(world: World) -> None:
    texts = tuple(map(new, ("招标由一人编制", "招标由一人编制又", "短", "长" * 90)))
    number = await colleagues_sheet(world, world.first, "a", texts=(*texts, new("招标别的题回答", "/b")))
    await colleagues_sheet(world, world.second, "b", "钱宁", texts=texts)
    await world.handed_in("c", texts=texts)
    records = world.database.records(world.observer_contact, now=NOW)

    async def like(*refs: str, form_name: str = FORM, days: int = -1) -> list[list[ComparedText]]:
        since, wanted = NOW + timedelta(days=days), [new("招标由两人编制", ref) for ref in refs]
        found = await records.text_sketches(form_name, wanted, unit_id=world.second, since=since)
        assert all(sketch.length in {7, 8} for each in found for sketch in each)
        ids = [[sketch.id for sketch in each] for each in found]
        return [list(await records.compared_texts(each, unit_id=world.second)) for each in ids]

    found = await like("/a", "/none", "/b")
    said = [sorted(text.text for text in each) for each in found]
    assert said == [[texts[0].text, texts[1].text], [], ["招标别的题回答"]]
    assert {(text.ref, text.number, text.unit_name) for text in found[0]} == {("/a", number, "一公司")}
    assert await like() == []
    assert await like("/a", days=1) == await like("/a", form_name="other") == [[]]


async def test_of_many_texts_those_that_share_most_marks_are_candidates(world: World) -> None:
    """Whatever their length, within the ratio; a single mark is chance, unless the text has no second one."""
    kept = ("甲乙丙丁戊己", "甲乙丙丁", "甲乙子丑寅卯辰巳午未", "甲子丑寅", "甲", "甲乙丙" + "长" * 20)
    await colleagues_sheet(world, world.first, "a", texts=tuple(map(new, kept)))
    records = world.database.records(world.observer_contact, now=NOW)
    for limit, said, expected in (
        (9, "甲乙丙丁戊", {6, 4, 10}),
        (2, "甲乙丙丁戊", {6, 4}),
        (1, "甲乙丙丁戊", {6}),
        (9, "甲", {1}),
        (9, "酉戌亥", set()),
    ):
        (found,) = await records.text_sketches(FORM, [new(said)], unit_id=world.second, since=NOW, limit=limit)
        assert {sketch.length for sketch in found} == expected
        assert {sketch.sketch for sketch in found} <= {text.encode()[:9] for text in kept}


async def test_a_copy_with_a_clause_less_is_found_among_many_of_the_same_length(world: World) -> None:
    """Candidates once were the hundred of the nearest length: a shortened copy was the hundred and first."""
    said = normalise(PAIRS[1].one)
    shortened = said[:-6]
    strangers = [(normalise(pair.other) * 3)[place : place + len(said)] for pair in PAIRS[2:] for place in (0, 9)]
    assert len(strangers) > 100
    texts = [NewText("/a", text, sketch(text), marks(text)) for text in (shortened, *strangers)]
    await colleagues_sheet(world, world.first, "a", texts=tuple(texts))
    records = world.database.records(world.observer_contact, now=NOW)
    wanted = NewText("/a", said, sketch(said), marks(said))
    (found,) = await records.text_sketches(FORM, [wanted], unit_id=world.second, since=NOW)
    (first,) = await records.compared_texts([found[0].id], unit_id=world.second)
    assert first.text == shortened
    assert len(found) < 5


async def test_texts_are_not_read_by_their_unit_their_author_or_a_stranger(world: World) -> None:
    """Neither as sketches nor by guessed ids."""
    await colleagues_sheet(world, world.first, "a", texts=(new("招标由一人编制"),))
    await world.handed_in("b", texts=(new("招标由一人编制"),))
    _, _, same_unit = await colleague(world, world.first, "钱宁")
    everything = range(1, 9)
    for contact, unit, number in (
        (world.observer_contact, world.second, 1),
        (world.observer_contact, world.first, 0),
        (same_unit, world.first, 1),
        (same_unit, world.group, 2),
        ("nobody", world.group, 0),
    ):
        records = world.database.records(contact, now=NOW)
        (found,) = await records.text_sketches(FORM, [new("招标由一人编制")], unit_id=unit, since=NOW)
        assert len(found) == len(await records.compared_texts(everything, unit_id=unit)) == number


async def test_texts_come_in_the_order_of_their_ids(world: World) -> None:
    await colleagues_sheet(world, world.first, "a", texts=tuple(map(new, "甲乙丙")))
    records = world.database.records(world.observer_contact, now=NOW)
    assert [text.text for text in await records.compared_texts([3, 1, 99, 2], unit_id=world.second)] == list("丙甲乙")
    assert await records.compared_texts([], unit_id=world.second) == ()


async def test_only_the_newest_version_is_compared_with(world: World) -> None:
    number = await world.handed_in("a", texts=(new("第一稿"),))
    await world.does(ReturnSheet(number, "改"), contact=world.officer_contact)
    (sheet,) = await world.database.records(world.observer_contact, now=NOW).returned_sheets()
    begin = BeginDraft("b", sheet.form_version_id, None, world.observer, sheet_id=sheet.sheet_id)
    await world.does(begin, submit("b", texts=(new("第二稿"),)))
    _, _, other = await colleague(world, world.first)
    records = world.database.records(other, now=NOW)
    (found,) = await records.text_sketches(FORM, [new("第三稿")], unit_id=world.first, since=NOW)
    (text,) = await records.compared_texts([sketch.id for sketch in found], unit_id=world.first)
    assert text.text == "第二稿"
