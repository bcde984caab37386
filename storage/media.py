"""What people send for their answers, as a turn writes it: expected from WeChat, or not wanted any more."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.models import Draft, Media
from storage.statements import insert_unless_there
from storage.turns import TurnFacts
from storage.vocabulary import DraftState, MediaKind, MediaState


@dataclass(frozen=True, slots=True)
class MediaExpected:
    """`expected` is False when the draft is not open or not this person's: nothing will be fetched."""

    expected: bool


@dataclass(frozen=True, slots=True)
class MediaDropped:
    """How many were dropped by this command."""

    count: int


@dataclass(frozen=True, slots=True)
class ExpectMedia:
    """Remember that a picture, recording or file arrived for a question of an open draft: it is fetched from WeChat
    soon. Returns MediaExpected; the same id twice is one.

    `media_id` is the handler's fresh id (22 URL-safe characters), `ref` the concrete ref of the question,
    `wechat_media_id` WeChat's own, good for three days.
    """

    media_id: str
    draft_id: str
    ref: str
    kind: MediaKind
    wechat_media_id: str

    async def run(self, session: AsyncSession, turn: TurnFacts) -> MediaExpected:
        """See Command."""
        if turn.person_id is None or not await is_open(session, self.draft_id, turn.person_id):
            return MediaExpected(False)
        await insert_unless_there(
            session,
            Media,
            id=self.media_id,
            contact=turn.contact,
            person_id=turn.person_id,
            draft_id=self.draft_id,
            ref=self.ref,
            kind=self.kind,
            wechat_media_id=self.wechat_media_id,
            state=MediaState.PENDING,
            reason="",
            attempts=0,
            sha256="",
            bytes=0,
            mime="",
            created_at=turn.now,
            next_attempt_at=turn.now,
        )
        return MediaExpected(True)


@dataclass(frozen=True, slots=True)
class DropMedia:
    """Let go what the person took out of an answer of an open draft. Returns MediaDropped.

    What belongs to a hand-in stays: all versions of a sheet keep their pictures.
    """

    media_ids: tuple[str, ...]

    async def run(self, session: AsyncSession, turn: TurnFacts) -> MediaDropped:
        """See Command."""
        open_drafts = select(col(Draft.id)).where(
            col(Draft.person_id) == (turn.person_id or 0), col(Draft.state) == DraftState.OPEN
        )
        change = (
            update(Media)
            .where(
                col(Media.id).in_(self.media_ids),
                col(Media.state) != MediaState.DROPPED,
                col(Media.draft_id).in_(open_drafts),
            )
            .values(state=MediaState.DROPPED)
            .returning(col(Media.id))
            .execution_options(synchronize_session=False)
        )
        return MediaDropped(len((await session.execute(change)).all()))


async def is_open(session: AsyncSession, draft_id: str, person_id: int) -> bool:
    """Whether this is an open draft of the person; its row is locked, so that it stays so for the transaction."""
    query = select(col(Draft.id)).where(
        col(Draft.id) == draft_id, col(Draft.person_id) == person_id, col(Draft.state) == DraftState.OPEN
    )
    return (await session.execute(query.with_for_update(key_share=True))).scalar_one_or_none() is not None


async def drop_media_of(session: AsyncSession, draft_ids: Sequence[str]) -> None:
    """Let go everything that was sent for these drafts, which were given up."""
    change = update(Media).where(col(Media.draft_id).in_(draft_ids)).values(state=MediaState.DROPPED)
    await session.execute(change.execution_options(synchronize_session=False))
