"""A staff number whose name changes: what stands under the number goes to whoever has the new name, perhaps wrongly."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from handlers.forms.faults import Fault
from handlers.people.cells import same
from handlers.people.layout import PERSONS
from handlers.people.lines import Roster
from handlers.people.persons import Persons
from storage.people import Standing

RENAMED = (
    "工号 {number} 登记的是“{old}”，这里改成了“{new}”，名下还有：{carried}。同一个人改名的，可以导入；"
    "换了人的，请不要导入：这些会全部落到“{new}”名下，请给新来的人一个没有用过的工号。"
)
BOUND = "微信绑定"
OFFICE = "纪检职务"
APPOINTMENT = "聘任"
LEAVE = "请假或代填"


class Renamed(NamedTuple):
    """Somebody of the records under whose number the workbook has another name; `carried` is what they have."""

    person_id: int
    number: str
    row: int
    old: str
    new: str
    carried: tuple[str, ...]

    def notice(self, roster: Roster) -> Fault:
        """What to warn of."""
        facts = {"number": self.number, "old": self.old, "new": self.new, "carried": "、".join(self.carried)}
        return roster.fault(PERSONS, self.row, "name", RENAMED.format(**facts))


def renamed(persons: Persons, standing: Standing, today: date) -> tuple[Renamed, ...]:
    """Those who are bound, hold an office, observe something on `today` (the enterprise's) or later, are on leave or
    stand in.
    """
    having = (
        (BOUND, standing.bound),
        (OFFICE, {row.person_id for row in standing.offices}),
        (APPOINTMENT, {row.person_id for row in standing.appointments if _lasts(row.starts_on, row.ends_on, today)}),
        (LEAVE, set(_on_leave(standing, today))),
    )
    found = []
    for line in persons.lines.values():
        old = persons.standing.get(line.number)
        if old is None or line.name is None or same(line.name) == same(old.name):
            continue
        carried = tuple(what for what, whose in having if old.id in whose)
        if carried:
            found.append(Renamed(old.id, line.number, line.row, old.name, line.name, carried))
    return tuple(found)


def _on_leave(standing: Standing, today: date) -> Iterable[int]:
    for row in standing.leaves:
        if _lasts(row.starts_on, row.ends_on, today):
            yield row.person_id
            if row.substitute_id is not None:
                yield row.substitute_id


def _lasts(starts_on: date, ends_on: date | None, today: date) -> bool:
    return ends_on is None or ends_on >= max(starts_on, today)
