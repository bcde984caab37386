"""Callbacks that a test writes itself, in plain mode: the same message as often, in whatever order, by many at once."""

import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

import aiohttp
from defusedxml.ElementTree import fromstring
from sqlalchemy import Executable
from sqlalchemy.ext.asyncio import create_async_engine

from bot.organisation import Member, add_member
from storage.admin import administer
from storage.database import Database
from storage.models import Contact
from storage.vocabulary import Level
from tests.chat import plain
from tests.walk import reply_to
from tests.world import GROUP, SECRETS, TIMEZONE, World

PLAIN: dict[str, Any] = {"wechat_mode": "plain", "wechat_aes_key": None}
"""Settings of a bot that a Wire can talk to."""


@dataclass
class Wire:
    """WeChat's side of the callback of one or several workers; messages go to them in turn."""

    world: World
    workers: Sequence[str]
    """Addresses of the bots; messages go round."""
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _turn: Iterator[int] = field(default_factory=itertools.count)

    async def says(self, openid: str, text: str, message_id: int | None = None) -> str:
        """Send a text message (a new one unless `message_id` is given); returns what the person sees."""
        number = next(self.ids) if message_id is None else message_id
        return await self.message(
            openid, f"<MsgType>text</MsgType><Content>{escape(text)}</Content><MsgId>{number}</MsgId>"
        )

    async def message(self, openid: str, inside: str) -> str:
        """Send any message or event by the elements behind CreateTime."""
        answer = await self.raw(openid, inside)
        if answer == "success":
            return ""
        found = fromstring(answer).findtext("Content") or ""
        return plain(found)

    async def raw(self, openid: str, inside: str) -> str:
        """The same, returning the body of the answer; AssertionError when it is not 200."""
        stamp, nonce = str(int(self.world.clock.seconds())), str(next(self._turn))
        parts = "".join(sorted([SECRETS["wechat_token"], stamp, nonce])).encode()
        signature = hashlib.sha1(parts, usedforsecurity=False).hexdigest()
        query = {"timestamp": stamp, "nonce": nonce, "signature": signature}
        body = (
            f"<xml><ToUserName>gh_1</ToUserName><FromUserName>{openid}</FromUserName>"
            f"<CreateTime>{stamp}</CreateTime>{inside}</xml>"
        )
        address = f"{self.workers[int(nonce) % len(self.workers)]}/wechat"
        try:
            return await self._posted(address, query, body)
        except aiohttp.ServerDisconnectedError:  # an idle connection that the server just closed: WeChat asks again
            return await self._posted(address, query, body)

    async def _posted(self, address: str, query: Mapping[str, str], body: str) -> str:
        async with self.world.session.post(address, params=query, data=body.encode()) as response:
            text: str = await response.text()
            assert response.status == 200, text
            return text


async def employ(world: World, count: int) -> list[str]:
    """Heads of as many subsidiaries, appointed and bound; returns their openids."""
    settings, now = world.settings, world.clock()
    names = [f"员工{number:03d}号" for number in range(count)]
    async with Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database:
        async with administer(database, actor="test", now=now) as admin:
            members = [Member(name, (GROUP, f"{name}公司"), (Level.COMPREHENSIVE,)) for name in names]
            people = [await add_member(admin, member, now, TIMEZONE) for member in members]
        async with database.administration("test", now) as session:
            for number, person in enumerate(people):
                contact = Contact(id=f"contact-{number}", openid=openid(number), person_id=person, created_at=now)
                contact.bound_at = now
                session.add(contact)
    return [openid(number) for number in range(count)]


def openid(number: int) -> str:
    """The openid of the employee with this place in `employ`."""
    return f"employee-{number:03d}"


async def rows(url: str, query: Executable) -> Sequence[Any]:
    """What a query finds in the records."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return (await connection.execute(query)).all()
    finally:
        await engine.dispose()


def suits(seen: str) -> str:
    """An answer to any question of the form, also to those that the usual walk does not meet."""
    others = {"计划哪天": "下月底", "风险等级": "2"}
    found = next((said for label, said in others.items() if label in seen), "由两人经办，按月复核，纪检参加")
    return reply_to(seen) or found
