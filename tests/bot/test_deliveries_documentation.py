"""docs/deliveries.md names every state, errcode, fact and field that there is."""

import re
from pathlib import Path

from bot.planning import BACKOFF
from bot.wechat.errors import ERRCODES
from bot.wechat.templates import FITTING, Fact, read_templates
from handlers import words
from handlers.words import Word
from storage.vocabulary import DeliveryState

TEXT = (Path(__file__).parents[2] / "docs/deliveries.md").read_text()


def section(title: str) -> str:
    """What stands below a heading."""
    return TEXT.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_state_is_explained() -> None:
    assert re.findall(r"^\| `(\w+)` \|", section("状态"), re.MULTILINE) == list(DeliveryState)


def test_every_errcode_has_a_row() -> None:
    rows = [line.split("|")[1] for line in section("微信的错误码").splitlines() if line.startswith("| ")]
    assert {int(code) for row in rows for code in re.findall(r"-?\d{1,5}\b", row) if code != "5"} == set(ERRCODES)


def test_the_pauses_are_the_ones_of_the_table() -> None:
    told = [f"{int(pause)} 秒" if pause < 60 else f"{int(pause / 60)} 分" for pause in BACKOFF]
    assert f"隔 {'、'.join(told)}再试" in TEXT


def test_the_example_of_the_templates_can_be_read() -> None:
    found = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert found is not None
    assert read_templates(found.group(1))


def test_every_fact_says_where_it_fits() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([\w、]+) \|$", section("模板：QF_TEMPLATES"), re.MULTILINE)
    assert [name for name, _ in rows] == list(Fact)
    for name, kinds in rows:
        assert set(kinds.split("、")) == {kind for kind, facts in FITTING.items() if name in facts}


def test_the_words_that_it_names_are_heard() -> None:
    assert words.hear("停止提醒").word is Word.STOP_REMINDING
    assert words.hear("恢复提醒").word is Word.RESUME_REMINDING
    assert "“停止提醒”" in TEXT
    assert "“恢复提醒”" in TEXT
