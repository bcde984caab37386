"""An export holds all that an import reads: imported again it changes nothing."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from handlers.people.cells import same
from handlers.people.export import export_people
from handlers.people.lines import roster_of
from handlers.people.planning import Plan, plan
from handlers.people.reading import read_people
from storage.people import Standing, StandingAppointment, StandingLeave, StandingOffice, StandingPerson, StandingUnit
from tests.handlers.people.books import STANDING, TODAY

NAMES = st.sampled_from(["集团", "二公司", "一公司", "项目部", "A/B 部", "=1+1", "Ａ部", "a部"])


def again(standing: Standing, folder: Path) -> Plan:
    """What importing the export would do."""
    file = folder / "export.xlsx"
    file.write_bytes(export_people(standing, TODAY).content)
    return plan(roster_of(read_people(file)), standing, TODAY)


def test_what_is_exported_can_be_read_and_changes_nothing(tmp_path: Path) -> None:
    made = export_people(STANDING, TODAY)
    assert (made.persons, made.unnumbered, made.left_out) == (3, 0, ())
    book = load_workbook(BytesIO(made.content))
    assert [cell.value for cell in book["人员"][3]] == ["A1", "王建国", "二公司", "13800001234", "总经理", "L1"]
    assert book["人员"]["D3"].number_format == "@", "a telephone number is a text"
    assert [cell.value for cell in book["单位"][5]] == ["项目部", "二公司", "场站", "Asia/Dubai"]
    assert book["人员"]["C4"].value == "集团/二公司/项目部"
    assert [cell.value for cell in book["聘任"][2]] == ["A1", "综合", "二公司", "2026-01-01", None]
    assert [cell.value for cell in book["纪检"][2]] == ["L1", "纪检人员", "集团"]
    found = again(STANDING, tmp_path)
    assert (found.faults, found.changes.count()) == ((), 0)


def test_who_has_no_staff_number_and_what_contradicts_itself_are_left_out(tmp_path: Path) -> None:
    leave = StandingLeave(9, 1, TODAY, TODAY + timedelta(days=3), 4)
    nameless = StandingPerson(4, None, "无号人", 2, None, None, None)
    before = STANDING._replace(persons=(*STANDING.persons, nameless), leaves=(leave,))
    made = export_people(before, TODAY)
    assert (made.persons, made.unnumbered) == (3, 1)
    assert [str(fault)[:10] for fault in made.left_out] == ["请假 第 2 行 起"], (
        "L1 has no appointment to be absent from"
    )
    found = again(before, tmp_path)
    assert (found.faults, found.changes.count()) == ((), 0)


ZONES = st.sampled_from(["Asia/Dubai", "Asia/Shanghai"])
PHONES = st.sampled_from([None, "13800001234", "13900005678"])
POSTS = st.sampled_from([None, "总经理", "无", "=x"])
DAYS = st.integers(-40, 40).map(lambda days: TODAY + timedelta(days=days))
LONG = st.sampled_from([None, -1, 0, 30])


@st.composite
def trees(draw: st.DrawFn) -> list[StandingUnit]:
    """Units with namesakes, a second root among them."""
    units = [StandingUnit(1, None, "集团", "group", "Asia/Shanghai")]
    for number in range(2, draw(st.integers(2, 7))):
        parent = draw(st.sampled_from([None, *(unit.id for unit in units)]))
        name = draw(NAMES)
        if (parent, same(name)) not in {(unit.parent_id, same(unit.name)) for unit in units}:
            units.append(StandingUnit(number, parent, name, draw(st.sampled_from(["site", "department"])), draw(ZONES)))
    return units


@st.composite
def standings(draw: st.DrawFn) -> Standing:
    """Records as they may be, contradictions and people without numbers included."""
    units = draw(trees())
    place = st.sampled_from([unit.id for unit in units])
    people = []
    for number in range(1, draw(st.integers(2, 6))):
        known, superior = draw(st.booleans()), draw(st.sampled_from([None, *range(1, number)]))
        told = (f"N{number}" if known else None, f"人{number}", draw(place), draw(PHONES), draw(POSTS), superior)
        people.append(StandingPerson(number, *told))
    whom = st.sampled_from([person.id for person in people])
    terms, leaves, offices = [], [], []
    for number in range(1, draw(st.integers(1, 6))):
        first, long, level = draw(DAYS), draw(LONG), draw(st.sampled_from(["daily", "project"]))
        last = None if long is None else first + timedelta(days=long)
        terms.append(StandingAppointment(number, draw(whom), draw(place), level, first, last))
        leaves.append(StandingLeave(number, draw(whom), first, first + timedelta(days=2), draw(st.none() | whom)))
        offices.append(StandingOffice(number, draw(whom), draw(place), "officer"))
    once = {(term.person_id, term.level, term.unit_id, term.starts_on): term for term in terms}
    away = {(leave.person_id, leave.starts_on): leave for leave in leaves}
    held = {(office.person_id, office.unit_id): office for office in offices}
    found = (tuple(once.values()), tuple(away.values()), tuple(held.values()))
    return Standing(0, tuple(units), tuple(people), *found)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(standings())
def test_an_export_imported_again_changes_nothing(tmp_path: Path, standing: Standing) -> None:
    found = again(standing, tmp_path)
    assert (found.faults, found.changes.count()) == ((), 0)


def test_yesterday_is_history() -> None:
    over = StandingAppointment(7, 2, 3, "daily", date(2025, 1, 1), TODAY - timedelta(days=1))
    made = export_people(STANDING._replace(appointments=(*STANDING.appointments, over)), TODAY)
    assert load_workbook(BytesIO(made.content))["聘任"].max_row == 3
