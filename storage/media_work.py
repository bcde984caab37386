"""The media as the background worker and the upload page see them: claimed, stored, failed, removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.connections import Connections
from storage.media import is_open
from storage.models import Contact, Draft, FormVersion, Media
from storage.notices import tell
from storage.statements import insert_unless_there
from storage.vocabulary import DraftState, MediaKind, MediaState, NoticeKind


@dataclass(frozen=True, slots=True)
class PendingMedia:
    """Something to be fetched from WeChat. `attempts` counts this one; `created_at` (aware UTC) says how old it is."""

    id: str
    kind: MediaKind
    wechat_media_id: str = field(repr=False)
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file under the media directory: its SHA-256 (hex), its size in bytes, its type (image/jpeg)."""

    sha256: str
    bytes: int
    mime: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows were removed, and the SHA-256s of the files that no row names any more."""

    rows: int
    files: tuple[str, ...]


class MediaWork:
    """What is done to media outside turns; every method raises RecordsUnavailable like Database."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def claim(self, *, now: datetime, lease: timedelta, limit: int = 10) -> tuple[PendingMedia, ...]:
        """Up to `limit` things whose time has come, the one that waited longest first.

        Nobody else gets them before `lease` is over; the attempt is counted before it is made.
        """
        return await self._connections.bounded(self._claim(now, now + lease, limit))

    async def _claim(self, now: datetime, until: datetime, limit: int) -> tuple[PendingMedia, ...]:
        due = (
            select(col(Media.id))
            .where(col(Media.state) == MediaState.PENDING, col(Media.next_attempt_at) <= now)
            .order_by(col(Media.next_attempt_at), col(Media.id))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._connections.writing() as session:
            ids = (await session.execute(due)).scalars().all()
            if not ids:
                return ()
            claimed = (
                update(Media)
                .where(col(Media.id).in_(ids))
                .values(attempts=col(Media.attempts) + 1, next_attempt_at=until)
                .returning(
                    col(Media.id),
                    col(Media.kind),
                    col(Media.wechat_media_id),
                    col(Media.attempts),
                    col(Media.created_at),
                )
                .execution_options(synchronize_session=False)
            )
            rows = {row.id: row for row in (await session.execute(claimed)).all()}
        return tuple(
            PendingMedia(row.id, MediaKind(row.kind), row.wechat_media_id, row.attempts, row.created_at)
            for row in (rows[media_id] for media_id in ids)
        )

    async def stored(self, media_id: str, file: StoredFile, *, now: datetime) -> bool:
        """The file was fetched, checked and stored; False when it is not wanted (any more): leave it to `forget`."""
        values = {
            "state": MediaState.STORED,
            "reason": "",
            "sha256": file.sha256,
            "bytes": file.bytes,
            "mime": file.mime,
            "fetched_at": now,
            "next_attempt_at": None,
        }
        return await self._connections.bounded(self._end(media_id, values, now))

    async def retry(self, media_id: str, reason: str, *, at: datetime) -> None:
        """The attempt came to nothing; the next is made at `at`. `reason` is for operators."""
        await self._connections.bounded(self._end(media_id, {"reason": reason, "next_attempt_at": at}, at))

    async def failed(self, media_id: str, reason: str, *, now: datetime) -> bool:
        """Give it up and tell its person (NoticeKind.MEDIA_FAILED); False when it is not wanted (any more).

        `reason` is a short code; whoever words the notice knows what it means.
        """
        values = {"state": MediaState.FAILED, "reason": reason, "fetched_at": now, "next_attempt_at": None}
        return await self._connections.bounded(self._end(media_id, values, now))

    async def _end(self, media_id: str, values: Mapping[str, Any], now: datetime) -> bool:
        change = (
            update(Media)
            .where(col(Media.id) == media_id, col(Media.state) == MediaState.PENDING)
            .values(**values)
            .returning(col(Media.person_id), col(Media.draft_id), col(Media.ref), col(Media.kind))
            .execution_options(synchronize_session=False)
        )
        async with self._connections.writing() as session:
            row = (await session.execute(change)).one_or_none()
            if row is not None and values.get("state") == MediaState.FAILED:
                await _tell_failure(session, media_id, row, values["reason"], now)
        return row is not None

    async def add(
        self, media_id: str, contact: str, draft_id: str, ref: str, kind: MediaKind, file: StoredFile, *, now: datetime
    ) -> bool:
        """A file that came through the upload page, for an open draft of the contact's person; False when there is no
        such draft. The same id twice is one.
        """
        row = {
            "id": media_id,
            "contact": contact,
            "draft_id": draft_id,
            "ref": ref,
            "kind": kind,
            "wechat_media_id": "",
            "state": MediaState.STORED,
            "reason": "",
            "attempts": 0,
            "sha256": file.sha256,
            "bytes": file.bytes,
            "mime": file.mime,
            "created_at": now,
            "fetched_at": now,
        }
        return await self._connections.bounded(self._add(row))

    async def _add(self, row: Mapping[str, Any]) -> bool:
        query = select(col(Contact.person_id)).where(col(Contact.id) == row["contact"])
        async with self._connections.writing() as session:
            person = (await session.execute(query)).scalar_one_or_none()
            if person is None or not await is_open(session, row["draft_id"], person):
                return False
            await insert_unless_there(session, Media, person_id=person, **row)
            return True

    async def pending(self) -> int:
        """How many things are still to be fetched, whoever is at it."""
        return await self._connections.bounded(self._pending())

    async def _pending(self) -> int:
        query = select(func.count()).select_from(Media).where(col(Media.state) == MediaState.PENDING)
        async with self._connections.reading() as session:
            return (await session.execute(query)).scalar_one()

    async def forget(self, *, limit: int = 200) -> Forgotten:
        """Remove up to `limit` rows that were dropped, or whose draft was given up; call it until `rows` is 0.

        A file that is being stored now is named by no row yet: delete only files whose last change is an hour old
        (whoever stores a file that is there already touches it).
        """
        return await self._connections.bounded(self._forget(limit))

    async def _forget(self, limit: int) -> Forgotten:
        given_up = select(col(Draft.id)).where(col(Draft.state) == DraftState.DROPPED)
        unwanted = (
            select(col(Media.id))
            .where(or_(col(Media.state) == MediaState.DROPPED, col(Media.draft_id).in_(given_up)))
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._connections.writing() as session:
            ids = (await session.execute(unwanted)).scalars().all()
            removed = delete(Media).where(col(Media.id).in_(ids)).returning(col(Media.sha256))
            rows = await session.execute(removed.execution_options(synchronize_session=False))
            files = {sha256 for sha256 in rows.scalars() if sha256}
            kept = await _named(session, sorted(files))
        return Forgotten(len(ids), tuple(sorted(files - kept)))

    async def named(self, files: Sequence[str]) -> frozenset[str]:
        """Those of these SHA-256s that some row names: the others are leftovers of a crash."""
        return await self._connections.bounded(self._named(files))

    async def _named(self, files: Sequence[str]) -> frozenset[str]:
        async with self._connections.reading() as session:
            return await _named(session, files)


async def _named(session: AsyncSession, files: Sequence[str]) -> frozenset[str]:
    query = select(col(Media.sha256)).where(col(Media.sha256).in_(files)).distinct()
    return frozenset((await session.execute(query)).scalars())


async def _tell_failure(session: AsyncSession, media_id: str, row: Any, reason: str, now: datetime) -> None:
    query = (
        select(col(FormVersion.title))
        .join(Draft, col(Draft.form_version_id) == col(FormVersion.id))
        .where(col(Draft.id) == row.draft_id)
    )
    body = {
        "media": media_id,
        "draft": row.draft_id,
        "ref": row.ref,
        "kind": row.kind,
        "reason": reason,
        "title": (await session.execute(query)).scalar_one(),
    }
    await tell(session, row.person_id, NoticeKind.MEDIA_FAILED, f"media:{media_id}", body, now)
