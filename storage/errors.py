"""What can go wrong with the records, as exceptions that a caller decides by."""

from dataclasses import dataclass, field


class RecordsUnavailable(Exception):
    """The database did not answer in time or cannot write (server gone, disk full, schema not upgraded).

    Nothing is known to be stored: the same turn may be run again under the same key.
    """


@dataclass(frozen=True, slots=True)
class CommittedTurn:
    """A turn whose commands are in the records, with what it left behind.

    `conversation` and `reply` are the strings that `finish` returned. `repeated` is True when the turn was
    found, not made, by the call that returned it.
    """

    key: str
    contact: str
    seq: int
    conversation: str = field(repr=False)
    reply: str = field(repr=False)
    repeated: bool


class SeqTaken(Exception):
    """Another message of this contact has this seq already (a lock that expired): reload `turn` and rerun
    once.
    """

    def __init__(self, turn: CommittedTurn) -> None:
        super().__init__(f"seq {turn.seq} of the contact is taken by another message")
        self.turn = turn


class RightsChanged(Exception):
    """The person's rights are not the ones that the turn was worked out with: read the principal again."""


class ContactMoved(Exception):
    """The contact was set aside when the account was migrated: its openid belongs to another one now. Forget it and run
    the turn again.
    """
