"""What somebody said and has not confirmed yet is kept sealed: its key lives half an hour beside the store.

The conversation store keeps a conversation until its next turn, replies for an hour, the records a committed turn for
days. None of them is swept for a text that nobody came back to; but without its key, which expires by itself in Redis
and in the memory of a single process, such a text and every reply that quotes it can be read by nobody.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from handlers import sheet_memory
from handlers.base import Conversation
from handlers.messages import memory
from handlers.sheets import A_LITTLE
from storage.conversations.contract import Shared

SEALED: Final = "sealed"
"""Where a kept conversation or reply has what is sealed."""
REPLY: Final = f'{{"{SEALED}":'
"""How a sealed reply begins."""
PAGES_LIVE: Final = 1800
"""Seconds for which pages that quote can be asked for."""
_KEY: Final = 32
_NONCE: Final = 12
"""Bytes."""


class _Secret(NamedTuple):
    """What is sealed of one entry of a conversation's memory."""

    fields: frozenset[str]
    lives: Callable[[Any, int], int]
    """For how many seconds from now (since 1970 UTC) the kept entry may be read."""
    lost: Callable[[Any], Any]
    """The entry, where what was sealed cannot be read any more."""


_SECRETS: Final[Mapping[str, _Secret]] = MappingProxyType(
    {
        memory.MEMORY: _Secret(memory.SECRET, memory.readable_for, memory.unreadable),
        sheet_memory.MEMORY: _Secret(frozenset({"offered"}), lambda kept, now: A_LITTLE, lambda kept: kept),
    }
)
"""By the name of the entry: a message that waits; a sentence of which it was asked whether it answers a form."""


class Seal:
    """Seals and opens what one turn of one contact loads and keeps."""

    def __init__(self, shared: Shared, contact: str, now: int) -> None:
        """`now`: seconds since 1970 UTC."""
        self._shared = shared
        self._name = f"seal:{contact}"
        self._now = now
        self._key = ""
        self._stands = False
        """Whether the key is known to stand in the store."""

    async def opened(self, conversation: Conversation, pages: str) -> Conversation:
        """The conversation as handlers read it; what cannot be read any more is gone. `pages`: the name of the pages
        that were not shown yet. Raises StoreUnavailable.
        """
        sealed = [name for name in (*_SECRETS, pages) if _is_sealed(conversation.recall(name))]
        if not sealed:
            return conversation
        await self._look()
        for name in sealed:
            kept = conversation.recall(name)
            secret = self._open(kept[SEALED])
            if name in _SECRETS:
                visible = {key: value for key, value in kept.items() if key != SEALED}
                secret = {**visible, **secret} if secret else _SECRETS[name].lost(visible)
            conversation = conversation.with_memory(name, secret)
        return conversation

    def closed(self, conversation: Conversation, pages: str, *, sealed: bool) -> dict[str, Any]:
        """The memory as it is kept. `sealed`: the reply, and so its further pages, quote what is sealed."""
        kept = dict(conversation.memory)
        for name, about in _SECRETS.items():
            entry = kept.get(name)
            secret = {key: entry[key] for key in about.fields if key in entry} if isinstance(entry, dict) else {}
            if secret:
                visible = {key: value for key, value in kept[name].items() if key not in secret}
                kept[name] = {**visible, SEALED: self._close(secret)}
        if sealed and kept.get(pages):
            kept[pages] = {SEALED: self._close(kept[pages])}
        return kept

    def closed_reply(self, reply: str) -> str:
        """A stored reply, sealed."""
        return orjson.dumps({SEALED: self._close(reply)}).decode()

    async def opened_reply(self, reply: str) -> str:
        """The stored reply that `closed_reply` made; empty when it cannot be read any more. Raises StoreUnavailable."""
        await self._look()
        return str(self._open(orjson.loads(reply)[SEALED]) or "")

    async def prepare(self) -> None:
        """Before a turn is committed that will seal: a crash behind the commit must not cost its reply the key."""
        await self._look()
        self._key = self._key or _new_key()
        await self._shared.put(self._name, self._key, PAGES_LIVE)
        self._stands = True

    async def keep(self, kept: Mapping[str, Any], pages: str) -> None:
        """Before this memory is saved: keep the key while what it opens may be read. Raises StoreUnavailable."""
        lives = [about.lives(kept[name], self._now) for name, about in _SECRETS.items() if _is_sealed(kept.get(name))]
        if _is_sealed(kept.get(pages)):
            lives.append(PAGES_LIVE)
        if any(lives):
            await self._shared.put(self._name, self._key, max(lives))
            self._stands = True

    async def forget(self, kept: Mapping[str, Any], pages: str) -> None:
        """After this memory was saved: where nothing in it is sealed, nothing sealed before is read again."""
        if self._stands and not any(_is_sealed(kept.get(name)) for name in (*_SECRETS, pages)):
            await self._shared.remove(self._name, self._key)

    async def _look(self) -> None:
        if not self._key:
            self._key = await self._shared.get(self._name) or ""
            self._stands = bool(self._key)

    def _close(self, secret: object) -> str:
        self._key = self._key or _new_key()
        nonce = secrets.token_bytes(_NONCE)
        closed = AESGCM(urlsafe_b64decode(self._key)).encrypt(nonce, orjson.dumps(secret), self._name.encode())
        return urlsafe_b64encode(nonce + closed).decode()

    def _open(self, closed: str) -> Any:
        if not self._key:
            return None
        sealed = urlsafe_b64decode(closed)
        try:
            plain = AESGCM(urlsafe_b64decode(self._key)).decrypt(sealed[:_NONCE], sealed[_NONCE:], self._name.encode())
        except InvalidTag:  # sealed with a key that was thrown away since
            return None
        return orjson.loads(plain)


def _new_key() -> str:
    return urlsafe_b64encode(secrets.token_bytes(_KEY)).decode()


def _is_sealed(kept: Any) -> bool:
    return isinstance(kept, dict) and SEALED in kept
