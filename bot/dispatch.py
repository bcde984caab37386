"""One turn: dedupe, lock, load, route, save once, reply (DESIGN.md, One turn)."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import orjson
import structlog

from bot import telemetry
from bot.draft_copies import DraftCopies
from bot.sealing import REPLY, Seal
from bot.turn import Run, context_of, first
from bot.web.links import Place
from bot.wechat.replies import Ready, from_json
from handlers.base import FormRules, Handler, Inbound, Recall, text
from handlers.forms.library import FormLibrary
from handlers.rounds.workdays import WorkCalendar
from handlers.understanding import Understanding
from storage.commands import Command
from storage.conversations.contract import Claim, ClaimLost, Conversations, Fresh, Seen, Shared, StoreUnavailable
from storage.database import ContactMoved, Database, RecordsUnavailable

BUDGET = 4.5
"""Seconds a turn may take; WeChat waits 5 s (WECHAT.md, Callback)."""
BUSY = text("系统繁忙，请稍后再试。您之前填写的内容都在。")
FAILED = text("抱歉，这条消息没有处理成功，系统已记下这次故障。您之前填写的内容都在，请稍后再试，或回复 菜单。")

ANSWERED = text("这条消息之前已经答复过了，请看前面的回复，或回复 菜单。")
"""A repeat of a message whose reply cannot be read any more."""

log = structlog.get_logger("turn")


@dataclass(frozen=True, slots=True)
class Parts:
    """What a turn is made of; bot/app.py puts it together.

    `reached` is told the name of every step as it is passed: crash tests end the process there.
    """

    conversations: Conversations
    database: Database
    forms: FormLibrary
    understanding: Understanding
    answer: Handler
    recalls: Mapping[str, Recall]
    copies: DraftCopies
    clock: Callable[[], datetime]
    timezone: ZoneInfo
    fresh_id: Callable[[], str]
    shared: Shared
    """Where the keys of what is sealed stand."""
    budget: float = BUDGET
    rules: FormRules = field(default_factory=FormRules)
    office_contact: str = ""
    workdays: Callable[[], WorkCalendar] = WorkCalendar
    reached: Callable[[str], None] = field(default=lambda step: None)
    upload_link: Callable[[Place, datetime], str] = field(default=lambda place, now: "")
    """The address of the upload page for a place, good from an aware time on."""
    committed: Callable[[Sequence[Command]], None] = field(default=lambda commands: None)
    """Told the commands of every turn that was committed: whoever works behind the turns is woken."""
    happened: Callable[[Inbound, str], None] = field(default=lambda inbound, contact: None)
    """Told everything that a contact (the second argument) did, once."""


class Dispatch:
    """Answers every message once, whatever crashes or repeats."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._releases: set[asyncio.Task[None]] = set()

    async def turn(self, inbound: Inbound, began: float) -> Ready | None:
        """What to answer, at most `budget` seconds after `began` (on the event loop's clock); raises nothing but
        cancellation.
        """
        try:
            async with asyncio.timeout_at(began + self._parts.budget):
                try:
                    return await self._turn(inbound)
                except ContactMoved:  # the account was migrated, and this process remembered the contact set aside
                    self._parts.database.forget_contact(inbound.openid)
                    return await self._turn(inbound)
        except (TimeoutError, StoreUnavailable, RecordsUnavailable, ClaimLost) as error:
            log.warning("turn gave up", reason=type(error).__name__, detail=str(error))
            telemetry.turns.labels("busy").inc()
            return first(BUSY)
        except Exception:
            log.exception("turn failed", kind=inbound.kind, happened=inbound.event)
            telemetry.turns.labels("failed").inc()
            return first(FAILED)

    async def drain(self) -> None:
        """Wait for the claims that are being given back; called when no turn comes any more."""
        await asyncio.gather(*self._releases)

    async def _turn(self, inbound: Inbound) -> Ready | None:
        parts = self._parts
        now = parts.clock()
        contact = await parts.database.contact_of(inbound.openid, now)
        opened = await parts.conversations.open(contact, inbound.key, wait=parts.budget)
        if isinstance(opened, Seen):
            telemetry.turns.labels("repeat").inc()
            return await self._worded(opened.reply, inbound, contact, now)
        if not isinstance(opened, Fresh):
            telemetry.turns.labels("busy").inc()
            return first(BUSY)
        parts.happened(inbound, contact)
        parts.reached("opened")
        run = Run(parts, inbound, opened, now)
        try:
            reply = await run.to_the_end()
        finally:
            if not run.saved:
                self._let_go(opened.claim, run.doubtful)
        telemetry.turns.labels("answered").inc()
        return await self._worded(run.spoken or reply, inbound, contact, now)

    async def _worded(self, reply: str, inbound: Inbound, contact: str, now: datetime) -> Ready | None:
        """What a stored reply stands for; that of a confidential turn is worded again, a sealed one is opened."""
        if reply.startswith(REPLY):
            opened = await Seal(self._parts.shared, contact, int(now.timestamp())).opened_reply(reply)
            return from_json(opened) if opened else first(ANSWERED)
        if not reply.startswith(RECALL):
            return from_json(reply)
        recall = self._parts.recalls[orjson.loads(reply)["recall"]]
        return first(await recall(inbound, context_of(self._parts, contact, now, None)))

    def _let_go(self, claim: Claim, doubtful: bool) -> None:
        """Give the claim back beside the reply: a store that is away must not hold back "系统繁忙"."""
        task = asyncio.create_task(_release(self._parts.conversations, claim, doubtful))
        self._releases.add(task)
        task.add_done_callback(self._releases.discard)


RECALL = '{"recall":'
"""How the stored reply of a confidential turn begins."""


async def _release(conversations: Conversations, claim: Claim, doubtful: bool) -> None:
    try:
        await conversations.release(claim, doubtful=doubtful)
    except StoreUnavailable:
        log.warning("claim could not be given back; it ends by its expiry")
