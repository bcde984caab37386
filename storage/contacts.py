"""Which contact an openid is: looked up, made when it is new, and remembered for a while."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, select
from sqlmodel import col

from storage.connections import Connections
from storage.errors import RecordsUnavailable
from storage.models import Contact
from storage.statements import insert_unless_there

REMEMBERED: Final = 8192
"""Contacts; about 2 MB."""
LIVES: Final = timedelta(seconds=60)
"""How long a contact is believed without a look: a migration of the account gives openids other contacts, and tells no
worker of it.
"""
_CONTACT_OF = select(col(Contact.id)).where(col(Contact.openid) == bindparam("openid"))


class Contacts:
    """The contacts of one process; most turns ask no database."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._known: dict[str, tuple[str, datetime]] = {}

    async def of(self, openid: str, now: datetime) -> str:
        """The opaque id of this openid at `now` (aware). Raises RecordsUnavailable only for an openid that is not
        remembered: what was true a minute ago is better than no answer.
        """
        known = self._known.pop(openid, None)
        if known is not None and abs(now - known[1]) < LIVES:
            self._known[openid] = known
            return known[0]
        try:
            contact = await self._connections.bounded(self._find_or_make(openid, now))
        except RecordsUnavailable:
            if known is None:
                raise
            contact = known[0]
        while len(self._known) >= REMEMBERED:
            del self._known[next(iter(self._known))]
        self._known[openid] = (contact, now)
        return contact

    def forget(self, openid: str) -> None:
        """Look it up the next time."""
        self._known.pop(openid, None)

    async def _find_or_make(self, openid: str, now: datetime) -> str:
        asked = {"openid": openid}
        async with self._connections.reading() as session:
            found = (await session.execute(_CONTACT_OF, asked)).scalar_one_or_none()
        if found is not None:
            return found
        new = {"id": secrets.token_urlsafe(16), "openid": openid, "created_at": now}
        async with self._connections.writing() as session:
            await insert_unless_there(session, Contact, **new)
            return (await session.execute(_CONTACT_OF, asked)).scalar_one()
