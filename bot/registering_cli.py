"""`qingfeng people add` and `invite`: one person, a place in the organisation, and the code to bind with."""

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final, NoReturn
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from bot.terminal import actor, console, finish, settings_or_exit, unit_path, with_database

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.unit_finding import NewUnit, UnitList
    from storage.database import Database

WRONG = "[red]写法有误[/]：{why}"
NO_UNIT = "--unit 要写单位，例如 集团/二公司。"
OFFERED = "--level 可用：{levels}；--role 可用：{roles}"
NOT_MADE = "{why}要新建，请再加 --new-unit。"
WOULD_MAKE = "要新建单位，请从集团写起，并加 --new-unit，例如 --unit {example} --new-unit。"
ASKED = "{why}现在新建 {unit} 吗？"
MADE = "新建了单位：{units}。"
ADDED = "{name}（{unit}）已登记。绑定码：[bold]{code}[/]，{days} 天内有效，请本人在公众号里发送它。"
NOBODY = "[red]没有工号为 {number} 的人[/]，请先用 qingfeng people add 登记。"
UNBOUND = "已解除原来的绑定。"
INVITED = "{done}{name}（工号 {number}）新的绑定码：[bold]{code}[/]，{days} 天内有效。"
_WRONG_USE: Final = 2

Number = Annotated[str, typer.Argument(help="工号")]
Days = Annotated[int, typer.Option(help="绑定码有效天数")]


def add(
    name: Annotated[str, typer.Argument(help="姓名")],
    unit: Annotated[str, typer.Option(help="单位：二公司；有同名的从集团写起：集团/二公司")],
    number: Annotated[str, typer.Option(help="工号；再次用同一工号就是同一个人")],
    level: Annotated[
        list[str] | None, typer.Option(help="聘为观察员的层级：comprehensive project functional daily")
    ] = None,
    role: Annotated[list[str] | None, typer.Option(help="职务：officer 纪检人员，administrator 管理员")] = None,
    over: Annotated[str, typer.Option(help="聘任与职务所管的单位；不写就是本人单位")] = "",
    days: Days = 14,
    new_unit: Annotated[bool, typer.Option("--new-unit", help="没有这个单位就新建（从集团写起）")] = False,
) -> None:
    """登记一个人并给出绑定码（绑定码只显示这一次）。"""
    from bot.organisation import Member, add_member, invite
    from storage.admin import administer
    from storage.vocabulary import Level, Role

    settings = settings_or_exit()
    if not unit_path(unit):
        _refuse(NO_UNIT)
    try:
        levels, roles = tuple(Level(item) for item in level or ()), tuple(Role(item) for item in role or ())
    except ValueError as error:
        _tell(WRONG.format(why=escape(str(error))))
        _tell(OFFERED.format(levels="、".join(Level), roles="、".join(Role)))
        raise typer.Exit(_WRONG_USE) from None
    place, seat = _places(settings, unit, over, new_unit)
    member = Member(name, place.names, levels, roles, seat, number)

    async def register(database: "Database") -> str:
        now = datetime.now(UTC)
        async with administer(database, actor=actor(), now=now) as admin:
            person = await add_member(admin, member, now, ZoneInfo(settings.timezone))
        return await invite(database, person, now, actor(), timedelta(days=days))

    code = finish(with_database(settings, register))
    made = ["/".join(place.names[:count]) for count in range(len(place.above) + 1, len(place.names) + 1)]
    if made:
        _tell(MADE.format(units=escape("、".join(made))))
    _tell(ADDED.format(name=escape(name), unit=escape("/".join(place.names)), code=code, days=days))


def invite(
    number: Number,
    days: Days = 14,
    unbind: Annotated[bool, typer.Option("--unbind", help="先解除现在的绑定（换了微信、丢了手机）")] = False,
) -> None:
    """给已登记的人一个新的绑定码；以前没用过的码作废。"""
    from storage.admin import administer

    settings = settings_or_exit()

    async def renew(database: "Database") -> tuple[str, str] | None:
        async with administer(database, actor=actor(), now=datetime.now(UTC)) as admin:
            try:
                person = await admin.person_of_number(number)
            except LookupError:
                return None
            if unbind:
                await admin.unbind(person)
            return await admin.name_of(person), await admin.invite(person, valid=timedelta(days=days))

    renewed = finish(with_database(settings, renew))
    if renewed is None:
        _tell(NOBODY.format(number=number))
        raise typer.Exit(_WRONG_USE)
    name, code = renewed
    _tell(INVITED.format(done=UNBOUND if unbind else "", name=name, number=number, code=code, days=days))


def _places(settings: "Settings", unit: str, over: str, new_unit: bool) -> "tuple[NewUnit, tuple[str, ...]]":
    """The person's unit and the one of appointments and offices (nothing: the same)."""
    from bot.unit_finding import NewUnit, UnitNotFound, names_of, unit_list

    units = finish(with_database(settings, lambda database: unit_list(database, actor())))
    try:
        place = NewUnit(names_of(units.find(unit)), ())
    except UnitNotFound as refusal:
        place = _new(units, unit, new_unit, refusal)
    if unit_path(over) in {(), unit_path(unit)}:
        return place, ()
    try:
        return place, names_of(units.find(over))
    except UnitNotFound as refusal:
        _refuse(str(refusal))


def _new(units: "UnitList", unit: str, new_unit: bool, refusal: ValueError) -> "NewUnit":
    """Where the unit is to be made: when the operator said so, or says so now."""
    from bot.unit_finding import ManyUnits, UnitNotFound

    if isinstance(refusal, ManyUnits):
        _refuse(str(refusal))
    try:
        place = units.place_of_new(unit_path(unit))
    except UnitNotFound as second:
        _refuse(str(second) if new_unit else f"{refusal}{WOULD_MAKE.format(example=units.example(unit_path(unit)))}")
    if new_unit:
        return place
    if not sys.stdin.isatty():
        _refuse(NOT_MADE.format(why=refusal))
    if not typer.confirm(ASKED.format(why=refusal, unit="/".join(place.names))):
        raise typer.Exit(1)
    return place


def _refuse(why: str) -> NoReturn:
    _tell(WRONG.format(why=escape(why)))
    raise typer.Exit(_WRONG_USE)


def _tell(text: str) -> None:
    console.print(text, highlight=False, soft_wrap=True)
