"""The table of routes: every word of the language has its line, and nothing falls through."""

from collections.abc import Mapping

import pytest

from handlers.base import Conversation, Inbound
from handlers.routes import FORM_WORDS, ROUTES, route
from handlers.sheet_begin import OPENINGS
from handlers.sheets import STEPS, STEPS_IN_RECORDS
from handlers.words import WORDS, Word
from tests.handlers.desk import START

FILLING = {"sheet": {"draft": "d"}}
ASKED = {"binding": {"code": "abcdefghjk"}}


def _says(said: str, memory: Mapping[str, object] | None = None) -> str:
    inbound = Inbound("k", "o", "a", "text", START, text=said)
    return route(inbound, Conversation("c", 1, memory or {})).name


def test_every_word_about_forms_has_a_step() -> None:
    assert FORM_WORDS | {Word.CONFIRM, Word.HINT} == set(STEPS) | set(STEPS_IN_RECORDS) | (set(OPENINGS) - {None})


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_routed_with_a_form_and_without(word: str) -> None:
    for memory in ({}, FILLING):
        name = _says(word, memory)
        if WORDS[word] is Word.CONFIRM:
            assert name == ("confirm in a form" if memory else "unclear")
        else:
            assert name in {
                "menu",
                "help",
                "hint",
                "other forms",
                "bind",
                "begin",
                "form command",
                "correct",
                "my sheets",
                "my tasks",
                "my messages",
                "reminders",
            }


def test_yes_and_no_belong_to_the_question_that_was_asked_last() -> None:
    assert _says("确认", ASKED) == "it is me"
    assert _says("取消", ASKED) == "it is not me"
    assert _says("取消") == "form command"


def test_an_answer_is_an_answer_only_while_a_form_is_open() -> None:
    assert _says("总体良好", FILLING) == "answer"
    assert _says("总体良好") == "unclear"
    assert _says("ABCDE-FGHJK") == "invite code"
    assert _says("ABCDE-FGHJK", FILLING) == "answer"


def test_the_last_route_takes_everything() -> None:
    assert ROUTES[-1].name == "unclear"
    assert len({line.name for line in ROUTES}) == len(ROUTES)
