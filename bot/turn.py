"""One claimed turn from its handler to its save; what makes repeats, crashes and races come out right."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
import structlog

from bot import telemetry
from bot.leaving import answers_kept
from bot.sealing import SEALED, Seal
from bot.web.links import Place
from bot.wechat.pagination import paginate
from bot.wechat.replies import Page, Ready, to_json
from handlers.base import Context, Conversation, Inbound, Outcome, Reply, Said, Text
from storage.conversations.contract import ClaimLost, Fresh, StoreUnavailable
from storage.database import CommittedTurn, RightsChanged, SeqTaken
from storage.vocabulary import MediaKind

if TYPE_CHECKING:
    from bot.dispatch import Parts

RUNS = 3
"""How often a turn is run at most when others got in between (SeqTaken, RightsChanged, Recovered)."""
PAGES = "pages"
"""Where a conversation remembers the pages of a long reply that were not shown yet."""
RECOVERED = "recovered"
"""Where a conversation remembers the key of the turn that was taken from the records: its reply is only there."""
MORE = frozenset({"继续", "下一页"})
"""What asks for the next page; every page but the last tells the first one (bot/wechat/pagination.py)."""

log = structlog.get_logger("turn")


class Recovered(Exception):
    """The records know a turn that the conversation store does not: a crash came between commit and save."""

    def __init__(self, turn: CommittedTurn) -> None:
        super().__init__(f"turn {turn.seq} was committed before")
        self.turn = turn


class Run:
    """Runs a handler under one claim, commits what it wants written, saves what it remembers and answers."""

    def __init__(self, parts: "Parts", inbound: Inbound, fresh: Fresh, now: datetime) -> None:
        self._parts = parts
        self._inbound = inbound
        self._claim = fresh.claim
        self._now = now
        self._conversation = _load(fresh.claim.contact, fresh.seq, fresh.state)
        """As it is kept: sealed."""
        self._seal = Seal(parts.shared, fresh.claim.contact, int(now.timestamp()))
        self._looked = False
        self.doubtful = fresh.doubtful
        """Whether the records may know a turn of this contact that the conversation store does not."""
        self.saved = False
        """Whether the claim was ended by a save; otherwise it is to be released."""
        self.spoken = ""
        """The reply in plain (JSON), where it is kept sealed."""

    async def to_the_end(self) -> str:
        """Run, commit and save; returns the stored reply (JSON, see bot/wechat/replies.py)."""
        for _ in range(RUNS):
            try:
                if self.doubtful or self._conversation.recall(RECOVERED) == self._inbound.key:
                    await self._look_in_records()
                return await self._once()
            except Recovered as found:
                telemetry.recoveries.inc()
                if found.turn.key == self._inbound.key:
                    return await self._answer_again(found.turn)
                self._reload(found.turn, lost=self._conversation.seq == 0)
            except SeqTaken as taken:
                self._reload(taken.turn)
            except RightsChanged:
                log.info("rights changed within a turn")
        raise TimeoutError

    async def _once(self) -> str:
        self.spoken = ""
        conversation = await self._seal.opened(self._conversation, PAGES)
        context = context_of(self._parts, conversation.contact, self._now, self._look_in_records)
        kept, quotes = conversation.recall(PAGES), _quotes(self._conversation)
        conversation = conversation.with_memory(PAGES, None)  # another message drops the pages
        if kept and self._inbound.text.strip() in MORE and await _still_his(kept, context):
            head, *rest = kept["rest"]
            left = {**kept, "rest": rest} if rest else None
            memory = self._seal.closed(conversation.with_memory(PAGES, left), PAGES, sealed=quotes)
            return await self._say(memory, self._reply(Outcome(sealed=quotes), to_json(Page(head))))
        outcome = await self._parts.answer(self._inbound, conversation, context)
        if kept and outcome.said is not None and outcome.said.reply is None:  # an event that nobody saw
            kept_on = outcome.said.conversation.with_memory(PAGES, kept)
            outcome = outcome._replace(said=Said(kept_on, None), sealed=quotes)
        self._parts.reached("handled")
        if outcome.commands:
            return await self._commit(outcome, context)
        reply = await self._say(*self._kept(outcome, outcome.said, context.records.generation))
        self._keep_copies(outcome)
        return reply

    def _keep_copies(self, outcome: Outcome) -> None:
        for copy in outcome.copies:
            self._parts.copies.add(copy, self._now)

    def _kept(self, outcome: Outcome, said: Said | None, generation: int | None) -> tuple[dict[str, Any], str]:
        """What is kept of a turn: the memory, with the pages not shown yet, and the stored reply."""
        if said is None:
            raise TypeError("an outcome must say something, at once or by `then`")
        conversation = said.conversation
        head, *rest = _pages(said.reply)
        if rest and not outcome.confidential:
            pages = [page.content for page in rest if isinstance(page, Page)]
            conversation = conversation.with_memory(PAGES, {"rest": pages, "generation": generation})
        kept = self._seal.closed(conversation, PAGES, sealed=outcome.sealed)
        return kept, self._reply(outcome, to_json(head))

    def _reply(self, outcome: Outcome, reply: str) -> str:
        if outcome.confidential:
            return _dumps({"recall": outcome.confidential})
        if not outcome.sealed:
            return reply
        self.spoken = reply
        return self._seal.closed_reply(reply)

    async def _say(self, kept: Mapping[str, Any], reply: str) -> str:
        await self._save(self._conversation.seq + 1, kept, reply)
        return reply

    async def _commit(self, outcome: Outcome, context: Context) -> str:
        """Commands, conversation and reply in one transaction, then the save.

        Once committed the turn stands: when the save fails the person gets the reply all the same, and the next
        turn of this contact, being doubtful, takes the conversation from the records.
        """
        await self._look_in_records()
        if outcome.sealed:
            await self._seal.prepare()
        parts, key, contact = self._parts, self._inbound.key, self._claim.contact
        async with answers_kept(parts, outcome.leaver, contact, key) as before:
            self.doubtful = True
            committed = await parts.database.commit_turn(
                key=key,
                contact=contact,
                seq=self._conversation.seq + 1,
                now=self._now,
                commands=(*before, *outcome.commands),
                generation=context.records.generation,
                finish=self._finish(outcome, context.records.generation, len(before)),
            )
        self._parts.reached("committed")
        self._parts.committed(outcome.commands)
        self._keep_copies(outcome)
        try:
            await self._save(committed.seq, orjson.loads(committed.conversation), committed.reply)
        except (StoreUnavailable, ClaimLost) as error:
            log.warning("committed turn not saved; the next one recovers it", reason=type(error).__name__)
        return committed.reply

    def _finish(
        self, outcome: Outcome, generation: int | None, before: int
    ) -> Callable[[Sequence[Any]], tuple[str, str]]:
        def finish(results: Sequence[Any]) -> tuple[str, str]:
            said = outcome.then(results[before:]) if outcome.then is not None else outcome.said
            kept, reply = self._kept(outcome, said, generation)
            self._parts.reached("committing")
            return _dumps(kept), reply

        return finish

    async def _answer_again(self, turn: CommittedTurn) -> str:
        """This very message was committed before a crash: its reply, and the newest turn's conversation."""
        self.spoken = ""
        newest = await self._parts.database.find_turn("", turn.contact, turn.seq) or turn
        mine = self._conversation
        if mine.seq >= newest.seq:  # turns came after it that only the store knows
            await self._save(mine.seq, mine.memory, turn.reply)
        else:
            await self._save(newest.seq, orjson.loads(newest.conversation), turn.reply)
        return turn.reply

    async def _save(self, seq: int, kept: Mapping[str, Any], reply: str) -> None:
        self._parts.reached("saving")
        await self._seal.keep(kept, PAGES)
        await self._parts.conversations.save(self._claim, seq, _dumps(dict(kept)), reply)
        self.saved = True
        self._parts.reached("saved")
        try:
            await self._seal.forget(kept, PAGES)
        except StoreUnavailable:
            log.warning("a key could not be thrown away; it expires by itself")

    def _reload(self, turn: CommittedTurn, *, lost: bool = False) -> None:
        """Go on from a turn that was committed. When the store `lost` the conversation, turns that only the store
        knew may have come after it: then its memory is not to be believed, and drafts are taken up from the records.
        """
        self._looked = False
        known = _load(turn.contact, turn.seq, None if lost else turn.conversation)
        self._conversation = known.with_memory(RECOVERED, turn.key)

    async def _look_in_records(self) -> None:
        """Before the first read or write of the records: was this message, or a later turn, committed?"""
        if self._looked:
            return
        conversation = self._conversation
        found = await self._parts.database.find_turn(self._inbound.key, conversation.contact, conversation.seq)
        self._looked = True
        if found is not None:
            raise Recovered(found)


def context_of(
    parts: "Parts", contact: str, now: datetime, before_first: Callable[[], Awaitable[None]] | None
) -> Context:
    """What a handler sees in a turn of `contact`; `before_first` comes before its first read."""
    return Context(
        now=now,
        timezone=parts.timezone,
        records=parts.database.records(contact, now=now, before_first=before_first),
        forms=parts.forms,
        fresh_id=parts.fresh_id,
        understanding=parts.understanding,
        tries=parts.shared,
        rules=parts.rules,
        office_contact=parts.office_contact,
        workdays=parts.workdays,
        upload_link=lambda draft, ref, kind: parts.upload_link(Place(contact, draft, ref, MediaKind(kind)), now),
    )


def first(reply: Reply) -> Ready | None:
    """The first page of a reply."""
    return _pages(reply)[0]


def _pages(reply: Reply) -> list[Ready | None]:
    """A reply as what fits into one answer each; never empty."""
    if isinstance(reply, Text):
        return [Page(content) for content in paginate(reply)] or [None]
    return [reply]


def _load(contact: str, seq: int, state: str | None) -> Conversation:
    return Conversation(contact, seq, orjson.loads(state) if state else {})


async def _still_his(kept: Any, context: Context) -> bool:
    """Whether the rights with which the pages were read are unchanged; pages that needed none are always his."""
    return kept["generation"] is None or (await context.records.principal()).generation == kept["generation"]


def _quotes(conversation: Conversation) -> bool:
    """Whether the pages that a conversation keeps are sealed."""
    return SEALED in (conversation.recall(PAGES) or {})


def _dumps(kept: object) -> str:
    return orjson.dumps(kept).decode()
