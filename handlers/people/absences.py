"""Leaves of the workbook laid over those of the records: within an appointment, and with somebody there to stand in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from handlers.deliveries.days import full_day, period
from handlers.forms.faults import Fault
from handlers.people.layout import LEAVES
from handlers.people.lines import Cell, LeaveLine, Roster
from handlers.people.persons import Persons, is_known
from handlers.people.terms import END_BEFORE_START, FOREVER, IN_RECORDS, ONE_DAY, ROW, Term, Terms
from storage.people import StandingLeave
from storage.people_changes import ChangedLeave, NewLeave

TWICE = "和第 {row} 行重复（同一人、同一天起），请删去一行。"
OVERLAP = "和{other}的请假重叠（{period}，同一人），请改日期，或删去一行。"
OUTSIDE = "{person}在这几天里没有聘任（聘任：{periods}），不用请假；请改日期，或先写好“聘任”工作表。"
NO_APPOINTMENT = "没有"
OWN_SUBSTITUTE = "代填人是请假人自己，请写另一个人的工号。"
SUBSTITUTE_AWAY = "代填人{person}自己在请假（{period}），请换一个人。"
STANDS_IN = "{person}要在 {period} 替{other}代填，不能请假；请先换代填人。"
AGAIN = (
    "{person} {starts} 起的请假，业务库里到 {ended} 已经结束（可能已经销假），这里写到 {ends}：导入后又算请假。"
    "已经回来的，请删去这一行，或改“止”。"
)
CALLED_OFF = "{person} {starts} 起的请假，业务库里已经取消，这里写到 {ends}：导入后又算请假。不请假的，请删去这一行。"
_TOLD_PERIODS = 3


@dataclass(slots=True)
class Absence:
    """One leave as it will be; `row` is 0 when the workbook does not name it."""

    number: str
    starts_on: date
    ends_on: date
    substitute: str | None
    row: int = 0
    standing: StandingLeave | None = None

    def meets(self, other: "Absence") -> bool:
        """Whether there is a day of both."""
        called_off = self.ends_on < self.starts_on or other.ends_on < other.starts_on
        return not called_off and self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


class Interval(NamedTuple):
    """Both days inclusive."""

    starts_on: date
    ends_on: date


class Absences:
    """All leaves, by person. `faults` says what is wrong with the sheet, `notices` what looks odd."""

    def __init__(self, roster: Roster, standing: Iterable[StandingLeave], persons: Persons, terms: Terms) -> None:
        self.faults: list[Fault] = []
        self.notices: list[Fault] = []
        self._roster = roster
        self._persons = persons
        self._terms = terms
        self._by_person: dict[str, dict[date, Absence]] = {}
        for row in standing:
            number = persons.number_of(row.person_id)
            substitute = None if row.substitute_id is None else persons.number_of(row.substitute_id)
            self._add(Absence(number, row.starts_on, row.ends_on, substitute, standing=row))
        for line in roster.leaves:
            self._read(line)
        for leaves in self._by_person.values():
            self._check(sorted(leaves.values(), key=lambda leave: leave.starts_on))

    def _add(self, leave: Absence) -> None:
        self._by_person.setdefault(leave.number, {})[leave.starts_on] = leave

    def _all(self) -> list[Absence]:
        return [leave for leaves in self._by_person.values() for leave in leaves.values()]

    def _fault(self, row: int, field: str, message: str) -> None:
        self.faults.append(self._roster.fault(LEAVES, row, field, message))

    def _read(self, line: LeaveLine) -> None:
        known = is_known(self._persons, line.number, lambda message: self._fault(line.row, "number", message))
        substitute = self._substitute(line)
        starts, ends = date.fromisoformat(line.starts_on), date.fromisoformat(line.ends_on)
        if ends < starts:
            self._fault(line.row, "ends_on", END_BEFORE_START.format(ends=full_day(ends), starts=full_day(starts)))
            return
        if not known:
            return
        leave = self._by_person.get(line.number, {}).get(starts)
        if leave is None:
            self._add(Absence(line.number, starts, ends, substitute or None, row=line.row))
        elif leave.row:
            self._fault(line.row, "number", TWICE.format(row=leave.row))
        else:
            self._warn_of_another(leave, line.row, ends)
            leave.row, leave.ends_on = line.row, ends
            if substitute is not None:
                leave.substitute = substitute or None

    def _warn_of_another(self, leave: Absence, row: int, ends: date) -> None:
        """Of a leave that is over and would go on: an old workbook does not know who came back earlier."""
        if not goes_on_again(leave.starts_on, leave.ends_on, ends, self._terms.today):
            return
        facts = {"person": self._persons.shown(leave.number), "starts": full_day(leave.starts_on)}
        message = CALLED_OFF if leave.ends_on < leave.starts_on else AGAIN
        told = message.format(**facts, ended=full_day(leave.ends_on), ends=full_day(ends))
        self.notices.append(self._roster.fault(LEAVES, row, "ends_on", told))

    def _substitute(self, line: LeaveLine) -> Cell:
        if not line.substitute:
            return line.substitute
        if line.substitute == line.number:
            self._fault(line.row, "substitute", OWN_SUBSTITUTE)
            return None
        known = is_known(self._persons, line.substitute, lambda message: self._fault(line.row, "substitute", message))
        return line.substitute if known else None

    def _check(self, leaves: Sequence[Absence]) -> None:
        """The leaves of one person, in their order."""
        appointed = _merged(self._terms.by_person.get(leaves[0].number, ()))
        longest: Absence | None = None
        for leave in leaves:
            if longest is not None and longest.meets(leave) and (longest.row or leave.row):
                self._report_overlap(longest, leave)
            if longest is None or leave.ends_on > longest.ends_on:
                longest = leave
            if leave.row and not _covered(leave, appointed):
                self._report_outside(leave, appointed)
            self._check_substitute(leave)

    def _report_overlap(self, one: Absence, two: Absence) -> None:
        told, other = (one, two) if one.row > two.row else (two, one)
        name = ROW.format(row=other.row) if other.row else IN_RECORDS
        self._fault(told.row, "starts_on", OVERLAP.format(other=name, period=period(other.starts_on, other.ends_on)))

    def _report_outside(self, leave: Absence, appointed: Sequence[Interval]) -> None:
        told = [period(*each) if each.ends_on < FOREVER else period(each.starts_on, None) for each in appointed]
        periods = "、".join(told[-_TOLD_PERIODS:]) or NO_APPOINTMENT
        person = self._persons.shown(leave.number)
        self._fault(leave.row, "starts_on", OUTSIDE.format(person=person, periods=periods))

    def _check_substitute(self, leave: Absence) -> None:
        for other in self._by_person.get(leave.substitute or "", {}).values():
            if not leave.meets(other) or not (leave.row or other.row):
                continue
            if leave.row:
                person, days = self._persons.shown(other.number), period(other.starts_on, other.ends_on)
                self._fault(leave.row, "substitute", SUBSTITUTE_AWAY.format(person=person, period=days))
                return
            told = STANDS_IN.format(
                person=self._persons.shown(other.number),
                period=period(leave.starts_on, leave.ends_on),
                other=self._persons.shown(leave.number),
            )
            self._fault(other.row, "starts_on", told)

    def new(self) -> list[NewLeave]:
        """The leaves that the workbook adds."""
        return [
            NewLeave(self._persons.ref(leave.number), leave.starts_on, leave.ends_on, self._ref(leave))
            for leave in self._all()
            if leave.standing is None
        ]

    def changed(self) -> list[ChangedLeave]:
        """The leaves that get another end or substitute."""
        found = []
        for leave in self._all():
            row, substitute = leave.standing, self._ref(leave)
            if row is not None and leave.row and (row.ends_on, row.substitute_id) != (leave.ends_on, substitute):
                found.append(ChangedLeave(row.id, row.person_id, leave.ends_on, substitute))
        return found

    def _ref(self, leave: Absence) -> int | str | None:
        if leave.standing is not None and leave.standing.substitute_id is not None and leave.substitute is not None:
            unchanged = self._persons.number_of(leave.standing.substitute_id) == leave.substitute
            if unchanged:
                return leave.standing.substitute_id  # somebody without a staff number, perhaps
        return None if leave.substitute is None else self._persons.ref(leave.substitute)


def goes_on_again(starts_on: date, ended_on: date, ends_on: date, today: date) -> bool:
    """Whether a leave that was over, or called off, would last until `ends_on`, which is not past."""
    return (ended_on < today or ended_on < starts_on) and ends_on >= today


def _merged(terms: Iterable[Term]) -> list[Interval]:
    """The days of all the appointments, as few intervals as there can be."""
    found: list[Interval] = []
    for term in sorted(terms, key=lambda term: term.starts_on):
        if found and (found[-1].ends_on == FOREVER or term.starts_on <= found[-1].ends_on + ONE_DAY):
            found[-1] = Interval(found[-1].starts_on, max(found[-1].ends_on, term.last))
        else:
            found.append(Interval(term.starts_on, term.last))
    return found


def _covered(leave: Absence, appointed: Iterable[Interval]) -> bool:
    return any(each.starts_on <= leave.starts_on and leave.ends_on <= each.ends_on for each in appointed)
