"""The organisation tree of the workbook laid over the one of the records, and units found by what people write."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from handlers.forms.faults import Fault
from handlers.people.cells import same
from handlers.people.layout import UNITS
from handlers.people.lines import Roster, UnitLine
from handlers.people.unit_names import Key, alike, from_the_root, meant, parts_of, path_of
from storage.people import StandingUnit
from storage.people_changes import ChangedUnit, Names, NewUnit, UnitRef
from storage.vocabulary import KINDS_BY_DEPTH

UNKNOWN = "没有单位“{unit}”，请先写进“单位”工作表，或改正名称。"
MEANT = "没有单位“{unit}”，是不是“{meant}”？"
AMBIGUOUS = "叫“{unit}”的单位有 {count} 个，请带上级写，例如 {example}。"
OWN_SUPERIOR = "上级是它自己；请改正，最上面的集团空着。"
CYCLE = "上级绕成了圈：{names}，请改正其中一个的上级。"
SECOND_ROOT = "第 {row} 行的“{name}”已是最上面的单位，只能有一个；请给“{second}”填上级。"
OTHER_ROOT = "最上面的单位是“{name}”，而业务库里是“{standing}”；请改成一样的名称，或给它填上级。"
TWICE = "同一上级下有两个“{name}”（另一个在第 {row} 行），请删去一行或改名。"
A_ROOT = "{name}（最上面的单位）"
ELSEWHERE = "业务库里已有“{standing}”，不在这张表里；这里会新建“{new}”，里面的人算调动。写错了上级请先改正。"
OTHER_TIMEZONE = "这一格空着，时区保持 {own} 不变，和上级（{above}）不同；要和上级一样，请写上 {above}。"
DEFAULT_TIMEZONE: Final = "Asia/Shanghai"
_GUESSES: Final = 50
"""Names that are guessed at; each guess looks at all units."""
_LONGEST_CYCLE: Final = 6
"""Names of a cycle that are told."""


class Units:
    """All units, those that stand and those of the workbook. `faults` says what is wrong with the tree."""

    def __init__(self, roster: Roster, standing: Iterable[StandingUnit]) -> None:
        self.faults: list[Fault] = []
        self.standing: dict[Key, StandingUnit] = {}
        self.lines: dict[Key, UnitLine] = {}
        self.names: dict[Key, Names] = {}
        self._roster = roster
        self._found: dict[str, Key | ValueError] = {}
        self._guesses = 0
        self._keys_of_ids: dict[int, Key] = {}
        self._by_name: dict[str, list[Key]] = {}
        self._shown: Counter[Key] = Counter()
        self._roots = 0
        self._lay_out(standing)
        self._all_names = [*(line.name for line in roster.units), *(names[-1] for names in self.names.values())]
        self._standing_names = {name: list(keys) for name, keys in self._by_name.items()}
        _Tree(self, roster).build()

    def _lay_out(self, standing: Iterable[StandingUnit]) -> None:
        rows = {unit.id: unit for unit in standing}
        for unit in rows.values():
            lineage = [unit]
            while (above := lineage[-1].parent_id) is not None:
                lineage.append(rows[above])
            names = tuple(each.name for each in reversed(lineage))
            key = tuple(map(same, names))
            self.standing[key] = unit
            self._keys_of_ids[unit.id] = key
            self.add(key, names)

    def add(self, key: Key, names: Names) -> None:
        """There is a unit of this name."""
        if key not in self.names:
            self.names[key] = names
            self._by_name.setdefault(key[-1], []).append(key)
            self._shown[key[1:] or key] += 1
            self._roots += len(key) == 1

    def key_of(self, unit_id: int) -> Key:
        """The key of a unit of the records."""
        return self._keys_of_ids[unit_id]

    def ref(self, key: Key) -> UnitRef:
        """What names the unit to whoever writes."""
        return self.standing[key].id if key in self.standing else key

    def shown(self, key: Key) -> str:
        """The unit with those above it, without the root as long as no other is called so: 二公司/项目部."""
        names = self.names[key]
        if self._shown[key[1:] or key] == 1:
            return "/".join(names[1:] or names)
        return "/".join(names) if len(names) > 1 else A_ROOT.format(name=names[0])

    def written(self, key: Key) -> str:
        """The unit as a workbook may name it: its name alone where no other has it."""
        names = self.names[key]
        return names[-1] if len(self._by_name[key[-1]]) == 1 else path_of(names, roots=self._roots)

    def fault(self, row: int, field: str, message: str) -> None:
        """Something is wrong with a row of the tree."""
        self.faults.append(self._roster.fault(UNITS, row, field, message))

    def find(self, written: str) -> Key:
        """The unit that somebody means. Raises ValueError with the sentence to show."""
        if written not in self._found:
            try:
                self._found[written] = self._look_up(written, self._by_name)
            except ValueError as error:
                self._found[written] = error
        found = self._found[written]
        if isinstance(found, ValueError):
            raise found
        return found

    def find_standing(self, written: str) -> Key:
        """The same among the units of the records."""
        return self._look_up(written, self._standing_names)

    def _look_up(self, written: str, by_name: dict[str, list[Key]]) -> Key:
        parts = parts_of(written)
        candidates = meant(written, by_name.get(parts[-1], ()), roots=self._roots) if parts else []
        own = [key for key in candidates if key in self.lines]
        if len(own) == 1 and own[0] not in self.standing:
            candidates = own  # it is moved: the workbook means the one that it makes, not the one that it leaves behind
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            example = "、".join(path_of(self.names[key], roots=self._roots) for key in candidates[:2])
            raise ValueError(AMBIGUOUS.format(unit=written, count=len(candidates), example=example))
        raise ValueError(self._unknown(written, parts))

    def _unknown(self, written: str, parts: Key) -> str:
        self._guesses += 1
        if parts and self._guesses <= _GUESSES and (guessed := alike(parts[-1], self._all_names, 1)):
            return MEANT.format(unit=written, meant=guessed[0])
        return UNKNOWN.format(unit=written)


class _Tree:
    """Finds what each row of the sheet hangs on, and reports what hangs on nothing."""

    def __init__(self, units: Units, roster: Roster) -> None:
        self._units = units
        self._lines: Sequence[UnitLine] = roster.units
        self._by_name: dict[str, list[int]] = {}
        for place, line in enumerate(self._lines):
            self._by_name.setdefault(same(line.name), []).append(place)
        self._parents: list[int | Key | None] = []
        self._broken: set[int] = set()
        self._keys: dict[int, Key] = {}

    def build(self) -> None:
        self._check_roots()
        self._parents = [self._parent(place, line) for place, line in enumerate(self._lines)]
        for place in range(len(self._lines)):
            self._place(place)

    def _check_roots(self) -> None:
        """One root is enough; those that stand already may be written nevertheless."""
        roots = [line for line in self._lines if not line.parent]
        standing = {key: names for key, names in self._units.names.items() if len(key) == 1}
        new = [line for line in roots if (same(line.name),) not in standing]
        known = [line for line in roots if line not in new]
        if new and standing and not known:
            names = "、".join(names[0] for names in standing.values())
            self._units.fault(new[0].row, "name", OTHER_ROOT.format(name=new[0].name, standing=names))
        first = (known or new)[:1]
        for line in new:
            if line not in first:
                message = SECOND_ROOT.format(row=first[0].row, name=first[0].name, second=line.name)
                self._units.fault(line.row, "parent", message)

    def _parent(self, place: int, line: UnitLine) -> int | Key | None:
        """The place of the row above, the key of a unit of the records, or None for a root and for what is broken."""
        if not line.parent:
            return None
        if from_the_root(line.parent) and (root := parts_of(line.parent)) in self._units.standing:
            return root
        parts = parts_of(line.parent)
        found = [other for other in self._by_name.get(parts[-1] if parts else "", ()) if self._matches(other, parts)]
        rows = {parts_of(self._lines[each].parent or "") for each in found}
        if len(rows) == 1:
            return found[0]  # more of them are one unit written twice, which is a fault of its own
        try:
            if found:
                example = f"{self._lines[found[0]].parent or ''}/{self._lines[found[0]].name}".lstrip("/")
                raise ValueError(AMBIGUOUS.format(unit=line.parent, count=len(found), example=example))
            return self._units.find_standing(line.parent)
        except ValueError as error:
            self._broken.add(place)
            self._units.fault(line.row, "parent", str(error))
            return None

    def _matches(self, place: int, parts: Key) -> bool:
        """Whether the row, with what it says to be above it, is called so."""
        line = self._lines[place]
        if not parts or same(line.name) != parts[-1]:
            return False
        if len(parts) == 1:
            return True
        above = parts_of(line.parent or "")
        common = min(len(above), len(parts) - 1)
        if common == 0 or above[-common:] != parts[:-1][-common:]:
            return False
        if common == len(parts) - 1:
            return True
        return any(self._matches(other, parts[: len(parts) - common]) for other in self._by_name.get(above[0], ()))

    def _place(self, place: int) -> None:
        """Give the row its key, and those above it theirs."""
        chain: list[int] = []
        on_chain: set[int] = set()
        at: int | Key | None = place
        while isinstance(at, int) and at not in self._keys:
            if at in on_chain:
                self._report_cycle(chain[chain.index(at) :])
                break
            chain.append(at)
            on_chain.add(at)
            at = self._parents[at]
        for each in reversed(chain):
            self._key(each)

    def _report_cycle(self, cycle: list[int]) -> None:
        first = min(cycle)
        self._broken.update(cycle)
        line = self._lines[first]
        if len(cycle) == 1:
            self._units.fault(line.row, "parent", OWN_SUPERIOR)
            return
        start = cycle.index(first)
        names = [self._lines[each].name for each in (*cycle[start:], *cycle[:start], first)]
        if len(names) > _LONGEST_CYCLE:
            names[_LONGEST_CYCLE - 1 : -1] = ["…"]
        self._units.fault(line.row, "parent", CYCLE.format(names=" → ".join(names)))

    def _key(self, place: int) -> None:
        line, parent = self._lines[place], self._parents[place]
        above: Key = ()
        if place in self._broken:
            above = (f"?{place}",)  # known by its name, so that who refers to it is not at fault
        elif isinstance(parent, int):
            above = self._keys[parent]
        elif parent is not None:
            above = parent
        key = (*above, same(line.name))
        self._keys[place] = key
        if key in self._units.lines:
            self._units.fault(line.row, "name", TWICE.format(name=line.name, row=self._units.lines[key].row))
            return
        names = (*self._units.names.get(above, above), line.name)
        self._units.lines[key] = line
        self._units.add(key, names)


def new_units(units: Units) -> list[NewUnit]:
    """The units that the workbook adds, parents first."""
    timezones, made = _timezones(units), []
    for key in sorted(units.lines, key=len):
        if key not in units.standing:
            line, above = units.lines[key], key[:-1]
            kind = line.kind or KINDS_BY_DEPTH[min(len(key), len(KINDS_BY_DEPTH)) - 1]
            made.append(NewUnit(key, line.name, units.ref(above) if above else None, kind, timezones[key]))
    return made


def changed_units(units: Units) -> list[ChangedUnit]:
    """The units of which the workbook says something else than the records."""
    timezones, found = _timezones(units), []
    for key, line in units.lines.items():
        standing = units.standing.get(key)
        if standing is None:
            continue
        kind, timezone = line.kind or standing.kind, timezones[key]
        fields = tuple(name for name, new in (("kind", kind), ("timezone", timezone)) if new != getattr(standing, name))
        if fields:
            found.append(ChangedUnit(standing.id, kind, timezone, fields))
    return found


def moved_perhaps(units: Units, roster: Roster) -> list[Fault]:
    """A notice for each new unit that is called like one of the records that the workbook does not name."""
    unnamed = {key[-1]: key for key in units.standing if key not in units.lines}
    return [
        roster.fault(
            UNITS, line.row, "name", ELSEWHERE.format(standing=units.shown(unnamed[key[-1]]), new=units.shown(key))
        )
        for key, line in units.lines.items()
        if key not in units.standing and key[-1] in unnamed
    ]


def other_timezones(units: Units, roster: Roster) -> list[Fault]:
    """A notice for each unit that keeps another timezone than the one above it while its cell is blank."""
    timezones, found = _timezones(units), []
    for key, line in units.lines.items():
        own, above = timezones[key], _above(key, units, timezones)
        if line.timezone is None and key in units.standing and above not in {own, None}:
            found.append(roster.fault(UNITS, line.row, "timezone", OTHER_TIMEZONE.format(own=own, above=above)))
    return found


def _timezones(units: Units) -> dict[Key, str]:
    """The timezone that each unit of the workbook will have: what its cell says; else a new one has that of the unit
    above it, and one of the records goes with the unit above it when it had the same timezone, or keeps its own.
    """
    found: dict[Key, str] = {}
    for key in sorted(units.lines, key=len):
        standing, superior = units.standing.get(key), units.standing.get(key[:-1])
        follows = standing is None or (superior is not None and superior.timezone == standing.timezone)
        inherited = _above(key, units, found) if follows else None
        found[key] = units.lines[key].timezone or inherited or (standing.timezone if standing else DEFAULT_TIMEZONE)
    return found


def _above(key: Key, units: Units, timezones: dict[Key, str]) -> str | None:
    superior = units.standing.get(key[:-1])
    return timezones.get(key[:-1]) or (superior.timezone if superior else None)
