"""The ladder that an officer types: days, times, audiences, and what is refused in a sentence."""

import pytest

from handlers.rounds.rule import DEFAULT_LADDER, Step, StepAudience
from handlers.rounds.typed_ladder import read_ladder, said

OBSERVER, SUPERIOR, OFFICERS = StepAudience.OBSERVER, StepAudience.SUPERIOR, StepAudience.OFFICERS


@pytest.mark.parametrize(
    ("typed", "steps"),
    [
        ("当天", [Step("open", 0, OBSERVER, 9, 0)]),
        ("提前10天 当天", [Step("open", -10, OBSERVER, 9, 0), Step("T-0", 0, OBSERVER, 9, 0)]),
        ("当天、提前十个工作日", [Step("open", -10, OBSERVER, 9, 0), Step("T-0", 0, OBSERVER, 9, 0)]),
        ("提前3天10点半 逾期1天8:15", [Step("open", -3, OBSERVER, 10, 30), Step("T+1", 1, OBSERVER, 8, 15)]),
        ("截止前２天，截止后2天", [Step("open", -2, OBSERVER, 9, 0), Step("T+2", 2, OBSERVER, 9, 0)]),
        (
            "当天 逾期3天报上级 逾期3天汇总",
            [Step("open", 0, OBSERVER, 9, 0), Step("T+3", 3, SUPERIOR, 9, 0), Step("T+3 officers", 3, OFFICERS, 9, 0)],
        ),
    ],
)
def test_what_is_typed(typed: str, steps: list[Step]) -> None:
    assert list(read_ladder(typed, ())) == steps


def test_steps_for_others_stay_unless_they_are_named() -> None:
    assert [step.name for step in read_ladder("提前1天", DEFAULT_LADDER)] == ["open", "T+3", "T+5"]
    ladder = read_ladder("提前1天 逾期2天上级", DEFAULT_LADDER)
    assert [(step.name, step.audience) for step in ladder[1:]] == [("T+2", SUPERIOR), ("T+5", OFFICERS)]


@pytest.mark.parametrize(
    "said", ["", "提前", "提前天", "每天", "提前3天上级", "逾期1天纪委", "提前3周", "提前1000天 当天"]
)
def test_what_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r"提醒|没看懂"):
        read_ladder(said, ())


def test_steps_are_said_as_they_are_typed() -> None:
    words = "提前10天 提前3天 当天 逾期1天 逾期3天上级 逾期5天汇总"
    assert " ".join(said(step) for step in read_ladder(words, ())) == words
