"""What the form of a duty is called where it is filled: a unit's own form comes before those of the units above."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from storage.models import Form, FormVersion, Unit
from storage.statements import Executor


@dataclass(frozen=True, slots=True)
class PublishedForm:
    """A form that is offered, with the title of its current version."""

    name: str
    level: str | None
    path: str
    """Of its unit."""
    title: str


class FormTitles:
    """The titles of all forms that are offered; a few hundred at most."""

    def __init__(self, forms: Iterable[PublishedForm]) -> None:
        self._forms = sorted(forms, key=lambda form: -len(form.path))

    def title(self, name: str, level: str, path: str) -> str:
        """What the form of this name is called in the unit at `path`: of the nearest unit that has it, or else any
        form of the level; the name where none is offered.
        """
        above = [form for form in self._forms if path.startswith(form.path)]
        for form in above:
            if form.name == name:
                return form.title
        return next((form.title for form in above if form.level == level), name)


_OFFERED = (
    select(col(Form.id), col(Form.name), col(Form.level), col(Unit.path), col(FormVersion.title))
    .join(Unit, col(Unit.id) == col(Form.unit_id))
    .join(FormVersion, col(FormVersion.form_id) == col(Form.id))
    .where(col(Form.withdrawn_at).is_(None))
    .order_by(col(Form.id), col(FormVersion.number))
)


async def form_titles(executor: Executor) -> FormTitles:
    """The titles as they are now."""
    rows = (await executor.execute(_OFFERED)).all()
    newest = {row.id: PublishedForm(row.name, row.level, row.path, row.title) for row in rows}
    return FormTitles(newest.values())
