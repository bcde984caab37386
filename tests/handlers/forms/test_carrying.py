"""Drafts of a faulty version go on with another one: what was answered stays as far as it fits."""

from handlers.forms import engine
from handlers.forms.carrying import carry
from handlers.forms.form import DONE, MORE
from tests.handlers.forms.forms import NOW, fill, form_of

OLD = """
| survey |
| | type | name | label | required | relevant |
| | text | what | 什么？ | yes | |
| | integer | count | 几次？ | yes | |
| | select_one yn | open | 公开吗？ | | |
| | text | gone | 不要了 | | |
| | text | why | 为什么？ | | ${count} > 1 |
| | begin_repeat | items | 项 | | |
| | text | item | 哪项？ | | |
| | integer | cost | 多少？ | | |
| | end_repeat | | | | |
"""
NEW = """
| survey |
| | type | name | label | required | relevant | constraint |
| | begin_group | g | 组 | | | |
| | integer | count | 几次？ | yes | | . < 5 |
| | text | what | 到底是什么？ | yes | | |
| | decimal | open | 公开多少？ | | | |
| | text | why | 为什么？ | | ${count} > 2 | |
| | text | added | 新题 | | | |
| | end_group | | | | | |
| | begin_repeat | items | 项 | | | |
| | text | item | 哪项？ | | | |
| | decimal | cost | 多少？ | | | |
| | end_repeat | | | | | |
"""


def test_answers_are_carried_by_name_and_kind() -> None:
    old, new = form_of(OLD), form_of(NEW)
    state = fill(old, {"what": "甲", "count": "3", "open": "yes", "gone": "x", "why": "乙", "item": "a", "cost": "1"})
    moved = carry(old, new, state, NOW)
    assert engine.values(new, moved) == {
        "/data/g/count": "3",
        "/data/g/what": "甲",
        "/data/g/open": "",
        "/data/g/why": "乙",
        "/data/g/added": "",
        "/data/items[1]/item": "a",
        "/data/items[1]/cost": "",
    }
    assert moved.at == "/data/g/open"


def test_what_the_new_version_refuses_or_does_not_ask_is_left_out() -> None:
    old, new = form_of(OLD), form_of(NEW)
    state = fill(old, {"what": "甲", "count": "7", "why": "乙"})
    moved = carry(old, new, state, NOW)
    assert moved.at == "/data/g/count"
    assert "/data/g/why" not in moved.answers
    assert engine.answer(new, moved, "2", NOW).at == "/data/g/added"


def test_instances_are_carried_and_passed_questions_stay_passed() -> None:
    old = form_of(OLD)
    state = engine.begin(old, NOW)
    for value in ("甲", "1", "yes", "", "a", "1", MORE, "b", "", DONE):
        state = engine.answer(old, state, value, NOW)
    assert state.at is None
    moved = carry(old, form_of(OLD.replace("| 不要了 |", "| 还要 |")), state, NOW)
    assert (moved.counts, moved.at) == ({"/data/items": 2}, None)
    assert (moved.answers, moved.skipped) == (state.answers, state.skipped)


def test_words_are_carried_and_defaults_nobody_saw_are_not() -> None:
    old = form_of("""
| survey |
| | type | name | label | default |
| | decimal | money | 多少？ | |
| | text | a | 甲 | 旧 |
""")
    new = form_of("""
| survey |
| | type | name | label | default |
| | decimal | money | 多少？ | |
| | text | a | 甲 | 新 |
""")
    state = engine.answer(old, engine.begin(old, NOW), "60000000", NOW, said="6000余万元")
    moved = carry(old, new, state, NOW)
    assert moved.said == {"/data/money": "6000余万元"}
    assert moved.answers["/data/a"] == "新"
    assert moved.at == "/data/a"
