"""The people of the workbook laid over those of the records: who is who, who leads whom, and what is wrong with it."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from handlers.forms.faults import Fault
from handlers.people.cells import same
from handlers.people.layout import PERSONS
from handlers.people.lines import PersonLine, Roster
from handlers.people.unit_names import Key
from handlers.people.units import Units
from storage.people import StandingPerson
from storage.people_changes import PersonRef

TWICE = "工号 {number} 和第 {row} 行重复；一个工号就是一个人，请删去一行或改正工号。"
SAME_NAME = (
    "同一单位已有叫“{name}”的人（第 {row} 行）；同一个人请删去一行，确是两个人请在姓名后区分，例如 {name}（女）。"
)
UNKNOWN = "没有工号 {number}，请先写进“人员”工作表，或改正工号。"
OWN_SUPERIOR = "上级是他自己，请改正，没有上级就空着。"
CYCLE = "上级绕成了圈：{names}，请改正其中一人的上级工号。"
SAME_PHONE = "手机号和第 {row} 行的人相同，请核对。"
ALIKE = "业务库里同一单位已有叫“{name}”的人（{number}），不在这张表里；请核对是不是同一个人。"
NO_NUMBER = "没有工号"
_LONGEST_CYCLE = 6


class Persons:
    """All people by their staff numbers. `faults` says what is wrong with the sheet, `notices` what looks odd."""

    def __init__(self, roster: Roster, standing: Iterable[StandingPerson], units: Units) -> None:
        self.faults: list[Fault] = []
        self.notices: list[Fault] = []
        self.by_id: dict[int, StandingPerson] = {person.id: person for person in standing}
        self.standing = {person.staff_number: person for person in self.by_id.values() if person.staff_number}
        self.lines: dict[str, PersonLine] = {}
        self.units: dict[str, Key] = {}
        """The unit of each person of the workbook whose unit is known."""
        self._roster = roster
        self._find_lines(units)
        self._check_names(units)
        self._check_superiors()
        self._check_phones()

    def known(self, number: str) -> bool:
        """Whether somebody has this staff number, here or in the records."""
        return number in self.lines or number in self.standing

    def ref(self, number: str) -> PersonRef:
        """What names the person to whoever writes."""
        return self.standing[number].id if number in self.standing else number

    def number_of(self, person_id: int) -> str:
        """The key under which a person of the records is told of: the staff number, or a mark for those without."""
        return self.by_id[person_id].staff_number or f"#{person_id}"

    def shown(self, number: str) -> str:
        """Somebody as a list tells of them: 王建国（10086）."""
        line = self.lines.get(number)
        if line is not None and line.name:
            return f"{line.name}（{number}）"
        standing = self.standing.get(number)
        return f"{standing.name}（{number}）" if standing else number

    def _fault(self, row: int, field: str, message: str) -> None:
        self.faults.append(self._roster.fault(PERSONS, row, field, message))

    def _find_lines(self, units: Units) -> None:
        for line in self._roster.persons:
            earlier = self.lines.get(line.number)
            if earlier is not None:
                self._fault(line.row, "number", TWICE.format(number=line.number, row=earlier.row))
                continue
            self.lines[line.number] = line
            if line.unit is None:
                continue
            try:
                self.units[line.number] = units.find(line.unit)
            except ValueError as error:
                self._fault(line.row, "unit", str(error))

    def _check_names(self, units: Units) -> None:
        seen: dict[tuple[str, Key], int] = {}
        for line in self.lines.values():
            unit = self.units.get(line.number)
            if line.name is None or unit is None:
                continue
            row = seen.setdefault((same(line.name), unit), line.row)
            if row != line.row:
                self._fault(line.row, "name", SAME_NAME.format(name=line.name, row=row))
        for person in self.by_id.values():
            row = seen.get((same(person.name), units.key_of(person.unit_id)), 0)
            if row and person.staff_number not in self.lines:
                message = ALIKE.format(name=person.name, number=person.staff_number or NO_NUMBER)
                self.notices.append(self._roster.fault(PERSONS, row, "name", message))

    def _check_superiors(self) -> None:
        above: dict[str, str] = {}
        for person in self.by_id.values():
            line = self.lines.get(person.staff_number or "")
            if person.superior_id is not None and (line is None or line.superior is None):
                above[self.number_of(person.id)] = self.number_of(person.superior_id)
        for line in self.lines.values():
            if not line.superior:
                continue
            if line.superior == line.number:
                self._fault(line.row, "superior", OWN_SUPERIOR)
            elif not self.known(line.superior):
                self._fault(line.row, "superior", UNKNOWN.format(number=line.superior))
            else:
                above[line.number] = line.superior
        for cycle in cycles(above):
            self._report_cycle(cycle)

    def _report_cycle(self, cycle: list[str]) -> None:
        """At the first row of the workbook that is part of it."""
        first = min((each for each in cycle if each in self.lines), key=lambda each: self.lines[each].row, default="")
        if not first:
            return  # it stands in the records already
        start = cycle.index(first)
        names = [self.shown(each) for each in (*cycle[start:], *cycle[:start], first)]
        if len(names) > _LONGEST_CYCLE:
            names[_LONGEST_CYCLE - 1 : -1] = ["…"]
        self._fault(self.lines[first].row, "superior", CYCLE.format(names=" → ".join(names)))

    def _check_phones(self) -> None:
        seen: dict[str, int] = {}
        for line in self.lines.values():
            if line.phone and (row := seen.setdefault(line.phone, line.row)) != line.row:
                self.notices.append(self._roster.fault(PERSONS, line.row, "phone", SAME_PHONE.format(row=row)))


def cycles(above: Mapping[str, str]) -> Iterator[list[str]]:
    """The cycles of who stands below whom, each once and in its order."""
    done: set[str] = set()
    for start in above:
        path: dict[str, int] = {}
        at: str | None = start
        while at is not None and at not in done and at not in path:
            path[at] = len(path)
            at = above.get(at)
        if at is not None and at in path:
            yield list(path)[path[at] :]
        done.update(path)


def is_known(persons: Persons, number: str, report: Callable[[str], None]) -> bool:
    """Whether there is such a person; reports that there is none."""
    if persons.known(number):
        return True
    report(UNKNOWN.format(number=number))
    return False
