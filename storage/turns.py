"""The contract between a turn's transaction and the commands that run in it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class TurnFacts:
    """The turn that a command runs in, as the transaction found it.

    `now` is aware UTC. `person_id` is whom the contact was bound to when the turn began, or None. `timezone`
    is the enterprise's: today and the year of a sheet number are in it. `code_key` is the HMAC key of invite
    codes.
    """

    contact: str
    key: str
    now: datetime
    person_id: int | None = None
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    code_key: bytes = field(default=b"", repr=False)


class Command(Protocol):
    """One write. Inserts are ON CONFLICT DO NOTHING; updates carry an expected version and say whether they
    hit.

    What `run` returns is handed to the turn's `finish`, in the order of the commands. An exception rolls the
    whole turn back.
    """

    async def run(self, session: AsyncSession, turn: TurnFacts) -> Any:
        """Write within the open transaction of `session`; never commit, never wait for anything else."""
        ...
