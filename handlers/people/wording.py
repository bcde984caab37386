"""The difference that an import makes, in Chinese: by kind, a line for each change, telephone numbers masked."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final

from handlers.deliveries.days import full_day, period
from handlers.people.absences import goes_on_again
from handlers.people.cells import KINDS, LEVEL_WORDS, ROLES
from handlers.people.planning import Plan
from nlp.masks import Kind, masked
from storage.people_changes import ChangedAppointment, ChangedLeave, Names, PersonRef, UnitRef, WrittenPerson

NOTHING: Final = "（空）"
ARROW: Final = " → "
FIELDS: Final = {
    "name": "姓名",
    "unit": "单位",
    "phone": "手机号",
    "post": "职务",
    "superior": "上级",
    "kind": "类型",
    "timezone": "时区",
}
SAME_PERSON = "【请核对是不是同一个人：{carried}会跟着这个工号走】"
UNCHANGED_ENDS = "（中间几位不同）"

Lines = Iterator[str]


def sections(plan: Plan) -> list[tuple[str, int, Callable[[], Lines]]]:
    """What changes: title, how many, and their lines; kinds of which there is nothing are left out."""
    told, changes = _Told(plan), plan.changes
    moved = [one for one in changes.changed_persons if one.moved]
    others = [one for one in changes.changed_persons if not one.moved]
    ended = [one for one in changes.changed_appointments if told.ends(one)]
    altered = [one for one in changes.changed_appointments if not told.ends(one)]
    again = [one for one in changes.changed_leaves if told.goes_on_again(one)]
    other_leaves = [one for one in changes.changed_leaves if not told.goes_on_again(one)]
    found: list[tuple[str, int, Callable[[], Lines]]] = [
        ("新增单位", len(changes.new_units), told.new_units),
        ("单位改动", len(changes.changed_units), told.changed_units),
        ("新增人员", len(changes.new_persons), told.new_persons),
        ("转岗", len(moved), lambda: told.changed_persons(moved)),
        ("人员改动", len(others), lambda: told.changed_persons(others)),
        ("新聘任", len(changes.new_appointments), told.new_appointments),
        ("聘任结束", len(ended), lambda: told.changed_appointments(ended)),
        ("聘任改动", len(altered), lambda: told.changed_appointments(altered)),
        ("新请假", len(changes.new_leaves), told.new_leaves),
        ("又要请假（业务库里已经结束或取消）", len(again), lambda: told.changed_leaves(again)),
        ("请假改动", len(other_leaves), lambda: told.changed_leaves(other_leaves)),
        ("新任纪检职务", len(changes.new_offices), told.new_offices),
        ("纪检职务结束", len(changes.ended_offices), told.ended_offices),
    ]
    return [section for section in found if section[1]]


def unnamed(plan: Plan) -> list[tuple[str, int, Callable[[], Lines]]]:
    """What the workbook does not name and the import leaves as it is, in the same shape."""
    told = _Told(plan)
    found: list[tuple[str, int, Callable[[], Lines]]] = [
        ("单位", len(plan.unnamed_units), lambda: map(plan.units.shown, plan.unnamed_units)),
        ("人员", len(plan.unnamed_persons), told.unnamed_persons),
        ("聘任", len(plan.unnamed_terms), told.unnamed_terms),
        ("纪检职务", len(plan.unnamed_offices), told.unnamed_offices),
    ]
    return [section for section in found if section[1]]


class _Told:
    """The words for the rows of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._appointments = {row.id: row for row in plan.standing.appointments}
        self._leaves = {row.id: row for row in plan.standing.leaves}
        self._offices = {row.id: row for row in plan.standing.offices}
        self._units = {row.id: row for row in plan.standing.units}
        self._carried = {each.person_id: each.carried for each in plan.renamed}

    def _unit(self, unit: UnitRef) -> str:
        units = self._plan.units
        return units.shown(units.key_of(unit) if isinstance(unit, int) else unit)

    def _person(self, person: PersonRef | None) -> str:
        if person is None:
            return NOTHING
        persons = self._plan.persons
        if isinstance(person, str):
            return persons.shown(person)
        standing = persons.by_id[person]
        return persons.shown(standing.staff_number) if standing.staff_number else standing.name

    def new_units(self) -> Lines:
        for unit in self._plan.changes.new_units:
            yield f"{self._unit(unit.names)}（{KINDS[unit.kind][0]}，{unit.timezone}）"

    def changed_units(self) -> Lines:
        for unit in self._plan.changes.changed_units:
            old = self._units[unit.id]
            parts = []
            if "kind" in unit.fields:
                parts.append(_change("kind", KINDS[old.kind][0], KINDS[unit.kind][0]))
            if "timezone" in unit.fields:
                parts.append(_change("timezone", old.timezone, unit.timezone))
            yield f"{self._unit(unit.id)}：{'；'.join(parts)}"

    def new_persons(self) -> Lines:
        for person in self._plan.changes.new_persons:
            yield f"{self._person(person.staff_number)} {self._unit(person.unit)}"

    def changed_persons(self, persons: Iterable[WrittenPerson]) -> Lines:
        for person in persons:
            old = self._plan.persons.by_id[person.id or 0]
            values = {
                "name": (old.name, person.name),
                "unit": (self._unit(old.unit_id), self._unit(person.unit)),
                "phone": (shown_phone(old.phone), shown_phone(person.phone)),
                "post": (old.post or NOTHING, person.post or NOTHING),
                "superior": (self._person(old.superior_id), self._person(person.superior)),
            }
            parts = [_change(field, *values[field]) for field in person.fields]
            carried = self._carried.get(old.id, ())
            warning = SAME_PERSON.format(carried="、".join(carried)) if carried else ""
            yield f"{self._person(person.staff_number)}：{'；'.join(parts)}{warning}"

    def new_appointments(self) -> Lines:
        for one in self._plan.changes.new_appointments:
            days = period(one.starts_on, one.ends_on)
            yield f"{self._person(one.person)} {_level(one.level)} {self._unit(one.unit)}，{days}"

    def ends(self, changed: ChangedAppointment) -> bool:
        """Whether the appointment had no end, or a later one."""
        old = self._appointments[changed.id].ends_on
        return changed.ends_on is not None and (old is None or changed.ends_on < old)

    def changed_appointments(self, appointments: Iterable[ChangedAppointment]) -> Lines:
        for one in appointments:
            old = self._appointments[one.id]
            what = f"{self._person(old.person_id)} {_level(old.level)} {self._unit(old.unit_id)}"
            yield f"{what}，{full_day(old.starts_on)} 起：止 {_day(old.ends_on)}{ARROW}{_day(one.ends_on)}"

    def new_leaves(self) -> Lines:
        for leave in self._plan.changes.new_leaves:
            days, stands_in = period(leave.starts_on, leave.ends_on), self._person(leave.substitute)
            yield f"{self._person(leave.person)} {days}，代填 {stands_in}"

    def goes_on_again(self, changed: ChangedLeave) -> bool:
        """Whether the leave was over, or called off."""
        old = self._leaves[changed.id]
        return goes_on_again(old.starts_on, old.ends_on, changed.ends_on, self._plan.today)

    def changed_leaves(self, leaves: Iterable[ChangedLeave]) -> Lines:
        for leave in leaves:
            old, parts = self._leaves[leave.id], []
            if old.ends_on != leave.ends_on:
                parts.append(f"止 {_day(old.ends_on)}{ARROW}{_day(leave.ends_on)}")
            if old.substitute_id != leave.substitute:
                parts.append(f"代填 {self._person(old.substitute_id)}{ARROW}{self._person(leave.substitute)}")
            yield f"{self._person(old.person_id)}，{full_day(old.starts_on)} 起：{'；'.join(parts)}"

    def new_offices(self) -> Lines:
        for one in self._plan.changes.new_offices:
            yield f"{self._person(one.person)} {_role(one.role)}，管 {self._unit(one.unit)}"

    def ended_offices(self) -> Lines:
        for one in self._plan.changes.ended_offices:
            old = self._offices[one.id]
            yield f"{self._person(old.person_id)} {_role(old.role)}，管 {self._unit(old.unit_id)}"

    def unnamed_persons(self) -> Lines:
        for person in self._plan.unnamed_persons:
            yield f"{self._person(person.id)} {self._unit(person.unit_id)}"

    def unnamed_terms(self) -> Lines:
        for term in self._plan.unnamed_terms:
            unit = self._plan.units.shown(term.unit)
            days = period(term.starts_on, term.ends_on)
            yield f"{self._plan.persons.shown(term.number)} {_level(term.level)} {unit}，{days}"

    def unnamed_offices(self) -> Lines:
        for office in self._plan.unnamed_offices:
            yield f"{self._person(office.person_id)} {_role(office.role)}，管 {self._unit(office.unit_id)}"


def shown_phone(phone: str | None) -> str:
    """A telephone number as it may be seen: 138****5678."""
    return masked(phone, frozenset({Kind.MOBILE})) if phone else NOTHING


def _change(field: str, old: str, new: str) -> str:
    alike = UNCHANGED_ENDS if old == new and field == "phone" else ""
    return f"{FIELDS[field]} {old}{ARROW}{new}{alike}"


def _level(level: str) -> str:
    return _first(LEVEL_WORDS[level])


def _role(role: str) -> str:
    return _first(ROLES[role])


def _first(words: Names) -> str:
    return words[0]


def _day(day: date | None) -> str:
    return full_day(day) if day else "长期"
