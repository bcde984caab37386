"""Forms outside turns: published, listed, withdrawn, restored, and open drafts moved off a faulty version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.models import Draft, Form, FormVersion, Unit
from storage.notices import tell
from storage.statements import insert_unless_there
from storage.tree import unit_views
from storage.vocabulary import Audience, DraftState, Level, NoticeKind
from storage.writer import Writer


@dataclass(frozen=True, slots=True)
class PublishedForm:
    """A form's current version; `new` is False when it had been published with the same content before.

    `restored`: the form had been withdrawn and is offered again.
    """

    form_id: int
    version_id: int
    number: int
    new: bool
    restored: bool = False


@dataclass(frozen=True, slots=True)
class FormLine:
    """A form of a unit with its current version; times are aware UTC."""

    id: int
    name: str
    title: str
    level: Level | None
    audience: Audience
    unit_id: int
    unit_path: str
    """Of the units above it and of itself; ends in a slash."""
    unit_name: str
    """Full name."""
    version_id: int
    number: int
    """1, 2, …: how often it was published with another content."""
    published_at: datetime
    withdrawn_at: datetime | None
    open_drafts: int
    """On all its versions."""


@dataclass(frozen=True, slots=True)
class FormVersionLine:
    """One version of a form; `sha256` in hex, `published_at` aware UTC."""

    id: int
    number: int
    title: str
    sha256: str
    published_at: datetime
    open_drafts: int
    built_in: bool
    """Whether its content came with the product; else somebody here made it."""


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft that is open, or lapsed and may be restored. `answers` as SaveDraft kept them: the engine's state."""

    id: str
    version: int
    position: str | None
    answers: Mapping[str, Any] = field(repr=False)


class Publishing(Writer):
    """The writers and lists of forms; ids are the database's. Unknown ids raise LookupError."""

    async def publish_form(
        self,
        *,
        name: str,
        title: str,
        level: Level | None,
        unit: int,
        xml: str,
        sha256: str,
        audience: Audience = Audience.OBSERVERS,
        built_in: bool = False,
    ) -> PublishedForm:
        """Make this the current version of the unit's form `name`; the same content again makes no version.

        `built_in`: the content comes with the product, also when somebody goes back to it. A withdrawn form is offered
        again. The audience holds at once. Raises ValueError for another level, or for observers of no level.
        """
        if audience is Audience.OBSERVERS and level is None:
            raise ValueError(f"form {name} is for observers: of which level?")
        form_id, form = await self._form(name, level, unit, audience)
        restored = form.withdrawn_at is not None
        form.withdrawn_at = None
        current = await self._current(form_id)
        if current is not None and current.sha256 == sha256:
            if restored:
                self._note("form.restored", f"form:{form_id}")
            return PublishedForm(form_id, current.id or 0, current.number, new=False, restored=restored)
        number = 1 if current is None else current.number + 1
        version = FormVersion(
            form_id=form_id,
            number=number,
            title=title,
            sha256=sha256,
            xml=xml,
            published_at=self._now,
            built_in=built_in or await self._was_built_in(form_id, sha256),
        )
        version_id = await self._add(version)
        self._note("form.published", f"form:{form_id}", number=number, sha256=sha256)
        return PublishedForm(form_id, version_id, number, new=True, restored=restored)

    async def _current(self, form_id: int) -> FormVersion | None:
        versions = select(FormVersion).where(col(FormVersion.form_id) == form_id)
        found: FormVersion | None = await self._one(versions.order_by(col(FormVersion.number).desc()).limit(1))
        return found

    async def _was_built_in(self, form_id: int, sha256: str) -> bool:
        same = select(FormVersion).where(col(FormVersion.form_id) == form_id, col(FormVersion.sha256) == sha256)
        return await self._one(same.where(col(FormVersion.built_in)).limit(1)) is not None

    async def mark_built_in(self, version: int) -> None:
        """This version, whoever published it, has the content of a form that comes with the product."""
        row = await self._known(FormVersion, version)
        row.built_in = True

    async def withdraw_form(self, form: int) -> bool:
        """Offer a form no more; drafts under way may still be finished. The form of the next unit above takes its
        place. False when it was withdrawn already.
        """
        row = await self._known(Form, form)
        if row.withdrawn_at is not None:
            return False
        row.withdrawn_at = self._now
        self._note("form.withdrawn", f"form:{form}")
        return True

    async def restore_form(self, form: int) -> bool:
        """Offer a withdrawn form again, with its current version; False when it is not withdrawn."""
        row = await self._known(Form, form)
        if row.withdrawn_at is None:
            return False
        row.withdrawn_at = None
        self._note("form.restored", f"form:{form}")
        return True

    async def forms(self, unit: int | None = None) -> tuple[FormLine, ...]:
        """The forms of a unit and the units below it (None: all), withdrawn ones included, by unit and name."""
        newest = aliased(FormVersion)
        number = select(func.max(col(newest.number))).where(col(newest.form_id) == col(Form.id))
        query = (
            select(Form, FormVersion, col(Unit.path), _open_drafts_of_form().label("open_drafts"))
            .join(FormVersion, col(FormVersion.form_id) == col(Form.id))
            .join(Unit, col(Unit.id) == col(Form.unit_id))
            .where(col(FormVersion.number) == number.correlate(Form).scalar_subquery())
            .order_by(col(Unit.path), col(Form.name))
        )
        if unit is not None:
            query = query.where(col(Unit.path).startswith((await self._known(Unit, unit)).path))
        await self._session.flush()
        rows = (await self._session.execute(query)).all()
        units = await unit_views(self._session, {row.path for row in rows})
        return tuple(
            _line(row.Form, row.FormVersion, row.path, units[row.path].full_name, row.open_drafts) for row in rows
        )

    async def form_versions(self, form: int) -> tuple[FormVersionLine, ...]:
        """All versions of a form, the newest first."""
        await self._known(Form, form)
        query = (
            select(FormVersion, _open_drafts_of_version().label("open_drafts"))
            .where(col(FormVersion.form_id) == form)
            .order_by(col(FormVersion.number).desc())
        )
        await self._session.flush()
        rows = (await self._session.execute(query)).all()
        return tuple(
            FormVersionLine(
                version.id or 0,
                version.number,
                version.title,
                version.sha256,
                version.published_at,
                drafts,
                version.built_in,
            )
            for version, drafts in rows
        )

    async def drafts_on(self, version: int, *, limit: int = 100) -> tuple[OpenDraft, ...]:
        """Up to `limit` drafts on a form version that are open or may be restored: what is to be moved to another
        version by `move_draft`, with answers carried by the caller; ask again until there are none.
        """
        await self._known(FormVersion, version)
        query = (
            select(col(Draft.id), col(Draft.version), col(Draft.position), col(Draft.answers))
            .where(col(Draft.form_version_id) == version, col(Draft.state).in_(_MOVABLE))
            .order_by(col(Draft.id))
            .limit(limit)
        )
        rows: Sequence[Any] = (await self._session.execute(query)).all()
        return tuple(OpenDraft(row.id, row.version, row.position, row.answers) for row in rows)

    async def move_draft(self, draft: OpenDraft, *, to: int, answers: Mapping[str, Any], position: str | None) -> bool:
        """Put a draft on another version of its form with the engine's state `answers`; its person gets a notice.

        False when it was saved, handed in or dropped since it was read: read it again. Raises ValueError when the
        version is of another form.
        """
        target = await self._known(FormVersion, to)
        source = aliased(FormVersion)
        same_form = select(col(source.id)).where(col(source.form_id) == target.form_id)
        row = (
            await self._session.execute(
                update(Draft)
                .where(
                    col(Draft.id) == draft.id,
                    col(Draft.version) == draft.version,
                    col(Draft.state).in_(_MOVABLE),
                    col(Draft.form_version_id).in_(same_form),
                )
                .values(
                    form_version_id=to,
                    answers=dict(answers),
                    position=position,
                    version=col(Draft.version) + 1,
                )
                .returning(col(Draft.person_id))
                .execution_options(synchronize_session=False)
            )
        ).one_or_none()
        if row is None:
            await self._check_same_form(draft.id, target.form_id)
            return False
        told = {"draft": draft.id, "title": target.title}
        await tell(self._session, row.person_id, NoticeKind.DRAFT_MOVED, f"{draft.id}@{to}", told, self._now)
        self._note("draft.moved", f"draft:{draft.id}", to=to)
        return True

    async def _check_same_form(self, draft: str, form_id: int) -> None:
        query = (
            select(col(FormVersion.form_id))
            .join(Draft, col(Draft.form_version_id) == col(FormVersion.id))
            .where(col(Draft.id) == draft)
        )
        if await self._one(query) not in (None, form_id):
            raise ValueError("a draft moves between versions of one form only")

    async def _form(self, name: str, level: Level | None, unit: int, audience: Audience) -> tuple[int, Form]:
        await self._known(Unit, unit)
        await insert_unless_there(
            self._session, Form, name=name, unit_id=unit, level=level, audience=audience, withdrawn_at=None
        )
        query = select(Form).where(col(Form.unit_id) == unit, col(Form.name) == name).with_for_update()
        form = (await self._session.execute(query)).scalar_one()
        if form.level != level:
            raise ValueError(f"form {name} of unit {unit} is of level {form.level}, not {level}")
        form_id = form.id or 0
        if form.audience != audience:
            form.audience = audience
            self._note("form.audience", f"form:{form_id}", audience=audience)
        return form_id, form


_MOVABLE = (DraftState.OPEN, DraftState.LAPSED)


def _open_drafts_of_version() -> ColumnElement[int]:
    counted = select(func.count(col(Draft.id))).where(
        col(Draft.form_version_id) == col(FormVersion.id), col(Draft.state) == DraftState.OPEN
    )
    return counted.correlate(FormVersion).scalar_subquery()


def _open_drafts_of_form() -> ColumnElement[int]:
    version = aliased(FormVersion)
    counted = (
        select(func.count(col(Draft.id)))
        .join(version, col(version.id) == col(Draft.form_version_id))
        .where(col(version.form_id) == col(Form.id), col(Draft.state) == DraftState.OPEN)
    )
    return counted.correlate(Form).scalar_subquery()


def _line(form: Form, version: FormVersion, unit_path: str, unit_name: str, open_drafts: int) -> FormLine:
    return FormLine(
        id=form.id or 0,
        name=form.name,
        title=version.title,
        level=None if form.level is None else Level(form.level),
        audience=Audience(form.audience),
        unit_id=form.unit_id,
        unit_path=unit_path,
        unit_name=unit_name,
        version_id=version.id or 0,
        number=version.number,
        published_at=version.published_at,
        withdrawn_at=form.withdrawn_at,
        open_drafts=open_drafts,
    )
