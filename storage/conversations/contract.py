"""The contract of the conversation store: who may run a turn, what was remembered, what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, TypeAlias


class StoreUnavailable(Exception):
    """The store did not answer in time or cannot write (server gone, disk full); nothing counts as saved."""


class ClaimLost(Exception):
    """The claim expired or was taken over before the save; nothing was saved."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to save one turn of one contact. `fence` differs for every claim of a contact."""

    contact: str
    key: str
    fence: str


@dataclass(frozen=True, slots=True)
class Seen:
    """This message was answered before; `reply` is what `save` was given."""

    reply: str


@dataclass(frozen=True, slots=True)
class Busy:
    """The contact's turn is still held by someone else after the whole wait."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """The claim is ours. `state` is None when nothing is remembered of this contact (seq is 0 then).

    `doubtful`: the holder before us did not end its claim (a crash, an expired lock, a release after a failed
    transaction), or this process has not opened the contact since it started: a turn may stand in the records
    that this store does not know, so look there before believing `state`.
    """

    claim: Claim
    seq: int
    state: str | None
    doubtful: bool


Opened: TypeAlias = Seen | Busy | Fresh


class Conversations(Protocol):
    """Lock first, then load: one turn of a contact at a time, one answer a message key.

    All times are seconds. Every method raises StoreUnavailable when the store cannot be reached or written
    within the store's own timeout (≤ 2 s).
    """

    async def open(self, contact: str, key: str, wait: float) -> Opened:
        """Claim the contact's turn for message `key`, waiting up to `wait` seconds for another turn to end.

        A repeat of a message that is being worked on waits too, and gets Seen with the same reply when the
        first ends with a save; when the first ends without one (release, expired lock), it gets Fresh.
        Waiters of one process are served in order of arrival.
        """
        ...

    async def save(self, claim: Claim, seq: int, state: str, reply: str) -> None:
        """Remember `state` with `seq` and `reply` under the claim's key, durably and both or neither, and end
        the claim. `seq` is the one that Fresh carried plus one (more after a recovery). Replies are kept for
        `reply_ttl` or longer.

        Raises ClaimLost when the claim is no longer ours.
        """
        ...

    async def release(self, claim: Claim, *, doubtful: bool) -> None:
        """End the claim and save nothing; the key stays unanswered. `doubtful`: see Fresh.

        Never raises ClaimLost.
        """
        ...

    async def ping(self) -> None:
        """Return when the store answers and can write; else raise StoreUnavailable."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Shared(Protocol):
    """Small facts with a time to live (seconds), shared by all workers of a deployment.

    One process keeps them in memory, and on disk too where they live an hour or longer. Raises
    StoreUnavailable like Conversations.
    """

    async def get(self, name: str) -> str | None:
        """The value, or None when absent or past its time."""
        ...

    async def get_all(self, names: Sequence[str]) -> Mapping[str, str]:
        """The values of those of these names that have one, in one step."""
        ...

    async def put(self, name: str, value: str, ttl: float) -> None:
        """Set the value for `ttl` seconds."""
        ...

    async def put_if_absent(self, name: str, value: str, ttl: float) -> str | None:
        """Set the value if there is none; return None when set, else the value that stands there."""
        ...

    async def remove(self, name: str, value: str) -> bool:
        """Remove the entry if it still has this value (how a lock taken with put_if_absent is given back)."""
        ...

    async def count(self, name: str, ttl: float) -> int:
        """Add one to a counter that lives `ttl` seconds from its first count; return the new count."""
        ...

    async def take(self, name: str, rate: float, burst: int, places: int = 1) -> float:
        """Reserve the next `places` in the queue `name`, of which `rate` a second come up after `burst` at once;
        return the seconds to wait for the last of them. Whoever has taken places waits and uses them.
        """
        ...
