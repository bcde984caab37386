"""Forms published, listed, withdrawn, restored and moved by an operator: what the commands do on the records."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.form_hiding import hidden_by
from bot.unit_finding import find_unit
from handlers.catalog import BUILT_IN, BuiltIn
from handlers.forms import engine
from handlers.forms.authoring.aliases import AUDIENCES, LEVELS
from handlers.forms.carrying import carry
from handlers.forms.form import Form
from handlers.forms.views import FormState
from handlers.forms.workbook import CompiledWorkbook
from handlers.forms.xform import compile_form
from storage.admin import FormLine, OpenDraft, PublishedForm, administer
from storage.database import Database
from storage.records import FormVersionView
from storage.vocabulary import Audience, Level

OTHER_LEVEL = "编号“{name}”在“{unit}”已经用于另一个层级的表，请在设置表里换一个表单编号。"
NO_FORM = "没有编号或标题为“{name}”的表单。可用的有：{known}。"
MANY_FORMS = "几个单位都有“{name}”：{units}。请用 --unit 指明单位。"
NO_VERSION = "“{title}”没有第 {number} 版，现有的是：{known}。"
SAME_VERSION = "原来的版本和新的版本是同一个，不用移动。"
NO_FORMS = "（还没有发布任何表单）"
_BATCH: Final = 100
"""Drafts read at once."""


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did, and where."""

    unit: str
    form: PublishedForm
    own: FormLine
    hidden: tuple[FormLine, ...] = ()
    """The forms of a unit above that the unit's observers fill no more because of this one."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many drafts were moved to which version, and how many were not since their people were at work on them."""

    to: int
    moved: int
    busy: int


class PublishingError(ValueError):
    """A command that cannot be done; the message is the Chinese sentence to show."""


def built_in(name: str) -> BuiltIn | None:
    """The catalogue's form of this name."""
    return next((form for form in BUILT_IN if form.name == name), None)


def level_in_chinese(level: str | None) -> str:
    """综合, 项目, 职能, 日常, or a dash."""
    return LEVELS[level][0] if level else "—"


def audience_in_chinese(audience: str) -> str:
    """观察员, 全体人员, 纪检人员, 暂不开放."""
    return AUDIENCES[audience][0]


async def publish(database: Database, compiled: CompiledWorkbook, unit: tuple[str, ...], actor: str) -> Published:
    """Publish for a unit (names as typed; none: the group). Raises PublishingError."""
    now = datetime.now(UTC)
    place = await find_unit(database, unit, actor)
    try:
        async with administer(database, actor=actor, now=now) as admin:
            published = await admin.publish_form(
                name=compiled.name,
                title=compiled.title,
                level=Level(compiled.level) if compiled.level else None,
                unit=place.id,
                xml=compiled.xml,
                sha256=compiled.sha256,
                audience=Audience(compiled.audience),
            )
            lines = await admin.forms()
    except ValueError as error:
        raise PublishingError(OTHER_LEVEL.format(name=compiled.name, unit=place.full_name)) from error
    own = next(line for line in lines if line.id == published.form_id)
    return Published(place.full_name, published, own, hidden_by(own, lines))


async def listed(database: Database, actor: str) -> tuple[FormLine, ...]:
    """All forms of all units, withdrawn ones included."""
    async with administer(database, actor=actor, now=datetime.now(UTC)) as admin:
        return await admin.forms()


async def withdraw(database: Database, name: str, unit: tuple[str, ...], actor: str) -> tuple[FormLine, bool]:
    """The form, and whether this withdrew it. Raises PublishingError."""
    line = await find(database, name, unit, actor)
    async with administer(database, actor=actor, now=datetime.now(UTC)) as admin:
        return line, await admin.withdraw_form(line.id)


async def restore(database: Database, name: str, unit: tuple[str, ...], actor: str) -> tuple[FormLine, bool]:
    """The form, and whether this offered it again. Raises PublishingError."""
    line = await find(database, name, unit, actor)
    async with administer(database, actor=actor, now=datetime.now(UTC)) as admin:
        return line, await admin.restore_form(line.id)


async def find(database: Database, name: str, unit: tuple[str, ...], actor: str) -> FormLine:
    """The form of this number or title, of a unit when one is named. Raises PublishingError."""
    lines = await listed(database, actor)
    found = [line for line in lines if name in {line.name, line.title}]
    if unit:
        place = await find_unit(database, unit, actor)
        found = [line for line in found if line.unit_id == place.id]
    if not found:
        known = "、".join(dict.fromkeys(line.name for line in lines)) or NO_FORMS
        raise PublishingError(NO_FORM.format(name=name, known=known))
    if len(found) > 1:
        raise PublishingError(MANY_FORMS.format(name=name, units="；".join(line.unit_name for line in found)))
    return found[0]


async def stored_xml(database: Database, name: str, unit: tuple[str, ...], actor: str) -> str:
    """The XForm of a form's current version. Raises PublishingError."""
    line = await find(database, name, unit, actor)
    return (await _version(database, line.version_id)).xml


async def move(
    database: Database, name: str, unit: tuple[str, ...], numbers: tuple[int, int], zone: ZoneInfo, actor: str
) -> Moved:
    """Move the open drafts of one version (the first number) to another (0: the current one).

    Answers are carried by name and type. Raises PublishingError.
    """
    line = await find(database, name, unit, actor)
    async with administer(database, actor=actor, now=datetime.now(UTC)) as admin:
        versions = {version.number: version.id for version in await admin.form_versions(line.id)}
    source, target = numbers[0], numbers[1] or line.number
    for number in (source, target):
        if number not in versions:
            known = "、".join(str(known) for known in sorted(versions))
            raise PublishingError(NO_VERSION.format(title=line.title, number=number, known=known))
    if source == target:
        raise PublishingError(SAME_VERSION)
    mover = _Mover(database, versions[source], versions[target], zone, actor)
    moved, busy = await mover.run()
    return Moved(target, moved, busy)


class _Mover:
    """Moves the drafts of one version batch by batch, each batch in a transaction of its own."""

    def __init__(self, database: Database, source: int, target: int, zone: ZoneInfo, actor: str) -> None:
        self._database = database
        self._source = source
        self._target = target
        self._zone = zone
        self._actor = actor

    async def run(self) -> tuple[int, int]:
        """How many drafts were moved, and how many changed under our hands and stayed."""
        old = compile_form((await _version(self._database, self._source)).xml)
        new = compile_form((await _version(self._database, self._target)).xml)
        moved = 0
        while True:
            now = datetime.now(UTC)
            async with administer(self._database, actor=self._actor, now=now) as admin:
                drafts = await admin.drafts_on(self._source, limit=_BATCH)
                done = 0
                for draft in drafts:
                    here = now.astimezone(self._zone)
                    state = carry(old, new, _state(draft, old, here), here)
                    done += await admin.move_draft(draft, to=self._target, answers=state.to_json(), position=state.at)
            moved += done
            if done == 0:  # none are left, or only those that people are changing at this moment
                return moved, len(drafts)


def _state(draft: OpenDraft, form: Form, now: datetime) -> FormState:
    """What the records have of a draft: its beginning as long as no section of it was finished."""
    return FormState.from_json(draft.answers) if draft.answers else engine.begin(form, now)


async def _version(database: Database, version: int) -> FormVersionView:
    found = await database.records("").form_version(version)
    if found is None:
        raise LookupError(f"there is no form version {version}")
    return found
