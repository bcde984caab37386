"""A WeChat that is loosened from its person: what it holds of an open form comes to the records, and is forgotten."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import orjson
import structlog

from handlers.base import Conversation
from handlers.sheet_memory import filling_of
from storage.commands import KeepCopy
from storage.conversations.contract import ClaimLost, Fresh, StoreUnavailable
from storage.errors import RecordsUnavailable

if TYPE_CHECKING:
    from bot.dispatch import Parts

WAIT: Final = 1.5
"""Seconds for a turn of that WeChat to end; two officers who loosen each other wait no longer."""

log = structlog.get_logger("turn")


@asynccontextmanager
async def answers_kept(
    parts: "Parts", leaver: int | None, contact: str, key: str
) -> AsyncIterator[tuple[KeepCopy, ...]]:
    """What keeps the answers that `leaver` (a person) gave to the form under way, for the transaction that may loosen
    them from their WeChat. Their turns wait meanwhile: each is before, and kept, or after, and nobody's. `contact` is
    whose turn the transaction is, `key` its message.

    Raises TimeoutError when a turn of theirs does not end, RecordsUnavailable and StoreUnavailable.
    """
    holder = None if leaver is None else await parts.database.holder_of(leaver)
    if leaver is None or holder is None or holder == contact:
        yield ()
        return
    opened = await parts.conversations.open(holder, f"leaving:{key}", wait=WAIT)
    if not isinstance(opened, Fresh):
        raise TimeoutError
    saved = False
    try:
        conversation = await _newest(parts, opened)
        filling = filling_of(conversation)
        yield () if filling is None else (KeepCopy(filling.copy(holder)),)
        saved = bool(conversation.memory) and await _forgotten(parts, leaver, opened, conversation.seq + 1)
    finally:
        if not saved:
            await _release(parts, opened)


async def _newest(parts: "Parts", opened: Fresh) -> Conversation:
    """The conversation, from the records where they know a later turn; where the store lost it, nothing: turns that
    only the store knew may have come after what the records know.
    """
    contact = opened.claim.contact
    if opened.doubtful and opened.seq:
        found = await parts.database.find_turn("", contact, opened.seq)
        if found is not None:
            return Conversation(contact, found.seq, orjson.loads(found.conversation))
    return Conversation(contact, opened.seq, orjson.loads(opened.state) if opened.state else {})


async def _forgotten(parts: "Parts", leaver: int, opened: Fresh, seq: int) -> bool:
    """Forget what the WeChat remembers, if it was loosened: it is the person's. The transaction stands in any case."""
    try:
        if await parts.database.holder_of(leaver) == opened.claim.contact:
            return False
        await parts.conversations.save(opened.claim, seq, "{}", "")
    except (RecordsUnavailable, StoreUnavailable, ClaimLost) as error:
        log.warning("a loosened WeChat remembers its form until it is bound again", reason=type(error).__name__)
        return False
    return True


async def _release(parts: "Parts", opened: Fresh) -> None:
    try:
        await parts.conversations.release(opened.claim, doubtful=opened.doubtful)
    except StoreUnavailable:
        log.warning("claim could not be given back; it ends by its expiry")
