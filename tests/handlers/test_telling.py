"""Notices stand before the answer, some at a time, once, and never where they do not belong."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from handlers.base import Context, Conversation, Outcome, Said, Text, say
from handlers.telling import AT_ONCE, with_notices
from storage.commands import SeeContactNotices, SeeNotices, WriteAudit
from storage.contact_notices import ContactNoticeView
from storage.records import Records
from storage.views import NoticeView, Principal
from storage.vocabulary import ContactNoticeKind, NoticeKind
from tests.handlers.desk import ZONE

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
HERE = Conversation("c")


class Waiting:
    """Records with notices of one person."""

    def __init__(self, count: int, person: int | None = 1) -> None:
        self._count, self._person = count, person

    async def principal(self) -> Principal:
        """Bound, or not."""
        return Principal("c", self._person)

    @property
    def people(self) -> "Waiting":
        """What is read about the contact."""
        return self

    async def contact_notices(self) -> Sequence[ContactNoticeView]:
        """One for somebody who is not bound, where there are any."""
        return [ContactNoticeView(7, ContactNoticeKind.BOUND_ELSEWHERE)][: self._count]

    async def notices(self) -> Sequence[NoticeView]:
        """Accepted sheets."""
        return [
            NoticeView(number, NoticeKind.SHEET_ACCEPTED, {"number": f"GC26-{number}", "title": "表"}, NOW)
            for number in range(1, self._count + 1)
        ]


def world(count: int, person: int | None = 1) -> Context:
    """A context in which only these notices can be read."""
    nothing = cast("Any", None)
    return Context(NOW, ZONE, cast("Records", Waiting(count, person)), nothing, lambda: "", nothing, nothing)


def read(said: Said) -> str:
    """The text of a reply."""
    assert isinstance(said.reply, Text)
    return "".join(part if isinstance(part, str) else part.label for part in said.reply.parts)


async def test_nothing_to_tell_changes_nothing() -> None:
    outcome = say(HERE, "好")
    assert await with_notices(outcome, world(0)) is outcome
    assert await with_notices(outcome, world(0, person=None)) is outcome


async def test_a_contact_of_nobody_is_told_what_is_its_own() -> None:
    outcome = await with_notices(say(HERE, "菜单在此"), world(2, person=None))
    assert outcome.commands == (SeeContactNotices((7,)),)
    assert outcome.then is not None
    assert read(outcome.then([1])).startswith("已在另一微信上绑定")


async def test_a_silent_or_confidential_turn_stays_as_it_is() -> None:
    silent = Outcome(said=Said(HERE, None))
    assert await with_notices(silent, world(1)) is silent
    secret = Outcome(commands=(WriteAudit("a", "b"),), then=lambda results: Said(HERE, None), confidential="receipt")
    assert await with_notices(secret, world(1)) is secret


async def test_some_are_told_and_remembered() -> None:
    outcome = await with_notices(say(HERE, "菜单在此"), world(AT_ONCE + 2))
    assert outcome.said is None
    assert outcome.commands == (SeeNotices((1, 2, 3)),)
    assert outcome.then is not None
    seen = read(outcome.then([AT_ONCE]))
    assert seen.index("GC26-1") < seen.index("GC26-3") < seen.index("菜单在此")
    assert "GC26-4" not in seen


async def test_a_turn_that_writes_words_its_reply_from_its_own_results() -> None:
    def worded(results: Sequence[Any]) -> Said:
        assert list(results) == ["written"]
        return say(HERE, "写好了").said or Said(HERE, None)

    outcome = await with_notices(Outcome(commands=(WriteAudit("a", "b"),), then=worded), world(1))
    assert len(outcome.commands) == 2
    assert outcome.then is not None
    assert read(outcome.then(["written", 1])).endswith("写好了")


async def test_a_holiday_that_has_passed_is_forgotten() -> None:
    class Passed(Waiting):
        """One accepted sheet, and a holiday of last month."""

        async def notices(self) -> Sequence[NoticeView]:
            body = {"holiday": "国庆", "first": "2026-10-01", "last": "2026-10-07", "prompt": "不收礼品。"}
            return [NoticeView(9, NoticeKind.HOLIDAY, body, NOW), *await super().notices()]

    context = replace(world(1), records=cast("Records", Passed(1)))
    outcome = await with_notices(say(HERE, "菜单在此"), context)
    assert outcome.commands == (SeeNotices((9, 1)),)
    assert outcome.then is not None
    assert "国庆" not in read(outcome.then([2]))
