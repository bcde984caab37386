"""Another official account: every openid changes, contacts and all that hangs on them stay."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.database import Database
from storage.invites import mask_name
from storage.models import (
    BindingRequest,
    Contact,
    ContactNotice,
    Credit,
    Media,
    Message,
    Person,
    Reach,
    SheetVersion,
    core,
)

_READ_AT_ONCE: Final = 500
_WRITTEN_AT_ONCE: Final = 2_000
_TOLD_AT_ONCE: Final = 200
_TRIES: Final = 3
"""Somebody may write for the first time, under a new openid, while it is given to their old contact."""
_FOLLOW: Final = (Message, SheetVersion, Media, BindingRequest, ContactNotice)
"""What a contact that is set aside hands over to the one that stays."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of WeChat's list; `row` is its line in the file."""

    row: int
    old: str = field(repr=False)
    new: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Migrated:
    """What became of the pairs: the openid changed (`moved`), and where the new one had written already, its contact
    was set aside (`merged` of them); `already` were so before, `unknown` never wrote.
    """

    moved: int
    merged: int
    already: int
    unknown: int


class AccountConflict(Exception):
    """Two people are bound to the two openids of a pair; nothing was written. `rows` gives the line and both names,
    masked.
    """

    def __init__(self, rows: Sequence[tuple[int, str, str]]) -> None:
        super().__init__(f"{len(rows)} pairs have two people")
        self.rows = tuple(rows)


async def migrate_account(
    database: Database, pairs: Sequence[Pair], *, actor: str, now: datetime, source: str, dry_run: bool = False
) -> Migrated:
    """Give every contact its new openid, all in one transaction; again it changes nothing. No openid may stand twice
    in `pairs`. `source` (the file's SHA-256) goes into the audit log.

    The old contact stays, with conversation, drafts and sheets. A contact that the new openid made meanwhile is set
    aside: what it wrote, and whom it was bound to, are the old one's then. Raises AccountConflict, or
    RecordsUnavailable like Database.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            async with database.administration(actor, now) as session:
                return await _Migration(session, now.astimezone(UTC)).run(pairs, source, dry_run=dry_run)
        except IntegrityError:
            if attempt == _TRIES:
                raise
    raise AssertionError("the last try returns or raises")


class _Migration:
    """One transaction's work."""

    def __init__(self, session: AsyncSession, now: datetime) -> None:
        self._session = session
        self._now = now

    async def run(self, pairs: Sequence[Pair], source: str, *, dry_run: bool) -> Migrated:
        known = await self._known([pair.old for pair in pairs] + [pair.new for pair in pairs])
        left = [pair for pair in pairs if not _is_done(pair, known)]
        moving = [(pair, known[pair.old], known.get(pair.new)) for pair in left if pair.old in known]
        already = len(pairs) - len(left)
        merging = [(old, new) for _, old, new in moving if new is not None]
        await self._refuse_conflicts(moving)
        result = Migrated(len(moving), len(merging), already, len(pairs) - len(moving) - already)
        if moving and not dry_run:
            await self._set_aside(merging)
            await self._rename(moving)
            counts = {"moved": result.moved, "merged": result.merged}
            audit.note(self._session, "account.migrated", "contacts", {"source": source, **counts})
        return result

    async def _known(self, openids: Sequence[str]) -> dict[str, Any]:
        """The contacts of these openids."""
        found: dict[str, Any] = {}
        columns = (
            col(Contact.id),
            col(Contact.openid),
            col(Contact.person_id),
            col(Contact.bound_at),
            col(Contact.former_openid),
        )
        for some in _chunks(openids, _READ_AT_ONCE):
            rows = await self._session.execute(select(*columns).where(col(Contact.openid).in_(some)))
            found |= {row.openid: row for row in rows}
        return found

    async def _refuse_conflicts(self, moving: Iterable[tuple[Pair, Any, Any]]) -> None:
        both = [
            (pair.row, old.person_id, new.person_id)
            for pair, old, new in moving
            if new is not None and None not in (old.person_id, new.person_id)
        ]
        if not both:
            return
        names: dict[int, str] = {}
        for some in _chunks([person for _, *people in both for person in people], _READ_AT_ONCE):
            query = select(col(Person.id), col(Person.name)).where(col(Person.id).in_(some))
            names |= {row.id: mask_name(row.name) for row in await self._session.execute(query)}
        raise AccountConflict([(row, names[old], names[new]) for row, old, new in both])

    async def _set_aside(self, merging: Sequence[tuple[Any, Any]]) -> None:
        """The contact of the new openid makes room for the old one."""
        aside = [{"row": new.id, "name": f"moved:{new.id}", "to": old.id} for old, new in merging]
        contacts = core(Contact)
        change = update(contacts).where(contacts.c.id == bindparam("row"))
        gone = change.values(openid=bindparam("name"), moved_to=bindparam("to"), person_id=None, bound_at=None)
        await self._each(gone, aside)
        for model in _FOLLOW:
            table = core(model)
            handed = update(table).where(table.c.contact == bindparam("row")).values(contact=bindparam("to"))
            await self._each(handed, aside)
        bound = [(old, new) for old, new in merging if new.person_id is not None]
        taken = change.values(person_id=bindparam("person"), bound_at=bindparam("since"))
        await self._each(taken, [{"row": old.id, "person": new.person_id, "since": new.bound_at} for old, new in bound])
        persons = core(Person)
        raised = update(persons).where(persons.c.id == bindparam("row")).values(generation=persons.c.generation + 1)
        await self._each(raised, [{"row": new.person_id} for _, new in bound])
        for told in _chunks([[new.id, old.id] for old, new in merging], _TOLD_AT_ONCE):
            audit.note(self._session, "contact.merged", "contacts", {"into": told})

    async def _rename(self, moving: Sequence[tuple[Pair, Any, Any]]) -> None:
        """The old contacts get their new openids; what was known of how the old openids are reached, is not of these,
        except that somebody wants no reminders.
        """
        contacts, reaches, credits_ = core(Contact), core(Reach), core(Credit)
        change = update(contacts).where(contacts.c.id == bindparam("row"))
        change = change.values(openid=bindparam("name"), former_openid=bindparam("former"))
        await self._each(change, [{"row": old.id, "name": pair.new, "former": pair.old} for pair, old, _ in moving])
        rows = [{"row": old.id} for _, old, _ in moving]
        reset = update(reaches).where(reaches.c.contact == bindparam("row")).values(wrote_at=None, used=0, gone="")
        await self._each(reset, rows)
        await self._each(delete(credits_).where(credits_.c.contact == bindparam("row")), rows)

    async def _each(self, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
        """Run a statement for every row, many at a time."""
        connection = await self._session.connection()
        for some in _chunks(rows, _WRITTEN_AT_ONCE):
            await connection.execute(statement, some)


def _is_done(pair: Pair, known: Mapping[str, Any]) -> bool:
    """Whether the pair was migrated before, or only the new openid ever wrote. Somebody may have written under the old
    one again since: that contact is none of this.
    """
    new = known.get(pair.new)
    return new is not None and (new.former_openid == pair.old or pair.old not in known)


def _chunks(rows: Sequence[Any], size: int) -> Iterable[list[Any]]:
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some
