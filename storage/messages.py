"""Keeping what somebody tells outside of a form: a message, its number, its labels, once a turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import audit
from storage.labels import keep_labels, labels_of, new_columns
from storage.models import Message, Person, Unit
from storage.numbers import NumberPrefix, make_number
from storage.statements import insert_unless_there, take
from storage.turns import TurnFacts
from storage.vocabulary import MessageKind, MessageRefusal, TextSource

_STANDING = select(col(Message.number)).where(
    col(Message.contact) == bindparam("contact"), col(Message.turn_key) == bindparam("key")
)
_UNIT_OF = select(col(Person.unit_id)).where(col(Person.id) == bindparam("person"))
_ROOT_UNIT = select(col(Unit.id)).where(col(Unit.parent_id).is_(None)).order_by(col(Unit.id)).limit(1)
"""The group: where there are several roots, the one that was made first."""


@dataclass(frozen=True, slots=True)
class MessageRecorded:
    """The message stands under `number` (YJ26-0000013); `already`: an earlier run of this turn had kept it."""

    number: str
    already: bool = False


@dataclass(frozen=True, slots=True)
class MessageRefused:
    """No message was kept."""

    reason: MessageRefusal


@dataclass(frozen=True, slots=True)
class RecordMessage:
    """Keep a suggestion, an inquiry or a complaint whose writer confirmed it; at most one a turn. Returns
    MessageRecorded or MessageRefused (a report is refused whatever the caller believed).

    It belongs to the unit of the contact's person, or to the root unit when nobody is bound. `classification` is
    Classification.to_json() (empty: not classified), `classifier` the version of the program that made it.
    """

    text: str = field(repr=False)
    kind: MessageKind
    classification: Mapping[str, Any] = field(default_factory=dict, repr=False)
    classifier: str = ""

    async def run(self, session: AsyncSession, turn: TurnFacts) -> MessageRecorded | MessageRefused:
        """See Command."""
        refusal = self._refusal()
        if refusal is not None:
            return MessageRefused(refusal)
        standing = (await session.execute(_STANDING, {"contact": turn.contact, "key": turn.key})).scalar_one_or_none()
        if standing is not None:
            return MessageRecorded(standing, already=True)
        unit_id = await self._unit(session, turn)
        if unit_id is None:
            return MessageRefused(MessageRefusal.NOWHERE)
        number = await self._keep(session, turn, unit_id)
        audit.note(session, "message.recorded", f"message:{number}", {"kind": str(self.kind)})
        return MessageRecorded(number)

    def _refusal(self) -> MessageRefusal | None:
        if self.kind not in set(MessageKind) or self.classification.get("intent") == "report":
            return MessageRefusal.KIND
        return None if self.text.strip() else MessageRefusal.EMPTY

    async def _unit(self, session: AsyncSession, turn: TurnFacts) -> int | None:
        if turn.person_id is None:
            return (await session.execute(_ROOT_UNIT)).scalar_one_or_none()
        return (await session.execute(_UNIT_OF, {"person": turn.person_id})).scalar_one()

    async def _keep(self, session: AsyncSession, turn: TurnFacts, unit_id: int) -> str:
        """The turn's contact is locked: no other run of it is here at the same time."""
        year = turn.now.astimezone(turn.timezone).year
        number = make_number(year, await take(session, f"message:{year}"), NumberPrefix.MESSAGE)
        message_id = await insert_unless_there(
            session,
            Message,
            number=number,
            contact=turn.contact,
            person_id=turn.person_id,
            unit_id=unit_id,
            turn_key=turn.key,
            kind=MessageKind(self.kind),
            text=self.text,
            submitted_at=turn.now,
            **new_columns(self.classification, self.classifier),
        )
        await keep_labels(session, TextSource.MESSAGE, [(message_id, labels_of(self.classification))])
        return number
