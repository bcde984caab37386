"""The unit that an operator means with what they typed, and what is said when there is none or there are several."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from handlers.people.unit_names import Key, alike, meant, parts_of, path_of
from storage.database import Database
from storage.units import all_units
from storage.views import UnitView

NO_UNIT = "没有叫“{name}”的单位。"
PERHAPS = "没有叫“{name}”的单位；是不是 {alike}？"
NO_UNIT_YET = "还没有登记任何单位，请先用 qingfeng db upgrade --group 登记集团。"
MANY_UNITS = "叫“{name}”的单位不止一个：{units}。请从集团写起，照上面的写法写。"
MANY_ROOTS = "最上面的单位不止一个：{units}。请写明是哪个单位。"
SECOND_GROUP = "已经有“{group}”了，不能再建一个最上面的单位“{name}”；请从集团写起，例如 {group}/{name}。"
OTHER_GROUP = "集团叫“{group}”，不叫“{name}”；请照原来的名称写。"
_OFFERED: Final = 3
_SHOWN: Final = 5
_JOINED: Final = "、"


class UnitNotFound(ValueError):
    """No unit, or more than one; the message is the Chinese sentence to show."""


class ManyUnits(UnitNotFound):
    """More than one."""


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit that does not stand yet: the names of the one above it that does, and those that are to be made."""

    above: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """From the root down."""
        return (*self.above, *self.missing)


class UnitList:
    """All units, and how an operator names them: 二公司 where one is called so, 集团/二公司 otherwise."""

    def __init__(self, units: Sequence[UnitView]) -> None:
        self._views = {parts_of("/".join(names_of(view))): view for view in units}
        self._by_name: dict[str, list[Key]] = {}
        for key in self._views:
            self._by_name.setdefault(key[-1], []).append(key)
        self._roots = [view for view in units if view.is_root]

    def group(self) -> UnitView:
        """The unit above all others. Raises UnitNotFound."""
        if not self._roots:
            raise UnitNotFound(NO_UNIT_YET)
        if len(self._roots) > 1:
            raise ManyUnits(MANY_ROOTS.format(units=_JOINED.join(map(self._path, self._roots))))
        return self._roots[0]

    def find(self, written: str) -> UnitView:
        """The unit that is meant. Raises UnitNotFound with those that may be."""
        parts = parts_of(written)
        keys = meant(written, self._by_name.get(parts[-1], ()), roots=len(self._roots)) if parts else []
        if len(keys) > 1:
            units = _JOINED.join(self._path(self._views[key]) for key in keys[:_SHOWN])
            raise ManyUnits(MANY_UNITS.format(name=written, units=units))
        if keys:
            return self._views[keys[0]]
        if not self._roots:
            raise UnitNotFound(NO_UNIT_YET)
        near = self._near(parts)
        message = PERHAPS if near else NO_UNIT
        raise UnitNotFound(message.format(name=written, alike=_JOINED.join(near)))

    def example(self, names: tuple[str, ...]) -> str:
        """How a new unit of this name is written below the group."""
        return "/".join((self._roots[0].name, *names))

    def _near(self, parts: Key) -> list[str]:
        """The units that are called much like this, as they are typed."""
        names = [view.name for view in self._views.values()]
        found = [
            self._path(self._views[key])
            for name in alike(parts[-1] if parts else "", names, _OFFERED)
            for key in self._by_name[parts_of(name)[-1]]
        ]
        return found[:_OFFERED]

    def place_of_new(self, names: tuple[str, ...]) -> NewUnit:
        """Where a unit that is not there belongs. Raises UnitNotFound when it would stand beside the group."""
        names = tuple(name for name in names if name)
        for cut in range(len(names) - 1, 0, -1):
            written = "/".join(names[:cut])
            parts = parts_of(written)
            if meant(written, self._by_name.get(parts[-1], ()), roots=len(self._roots)):
                return NewUnit(names_of(self.find(written)), names[cut:])
        if self._roots:
            raise UnitNotFound(SECOND_GROUP.format(group=self._roots[0].name, name="/".join(names)))
        return NewUnit((), names)

    def check_group(self, name: str) -> None:
        """Raises UnitNotFound when a unit of this name would be a second group."""
        if self._roots and parts_of(name) not in [parts_of(root.name) for root in self._roots]:
            raise UnitNotFound(OTHER_GROUP.format(group=self._roots[0].name, name=name))

    def _path(self, view: UnitView) -> str:
        return path_of(names_of(view), roots=len(self._roots))


def names_of(view: UnitView) -> tuple[str, ...]:
    """The names from the root down."""
    return tuple(view.full_name.split(" / "))


async def unit_list(database: Database, actor: str) -> UnitList:
    """All units as they stand."""
    async with database.administration(actor, datetime.now(UTC)) as session:
        return UnitList(await all_units(session))


async def find_unit(database: Database, names: tuple[str, ...], actor: str) -> UnitView:
    """The unit of these names as typed; without names the group. Raises UnitNotFound."""
    units = await unit_list(database, actor)
    return units.find("/".join(names)) if names else units.group()
