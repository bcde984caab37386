"""A hundred thousand texts like a stock of reports: put together from written messages, a fifth of them copied."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

MESSAGES = Path(__file__).parents[1] / "nlp" / "training" / "messages"
COPIED = 0.2
"""The share of texts that are edited copies of an earlier one."""
_ENDS = re.compile(r"(?<=[，。；！？,;!?])")
_FIGURE = re.compile(r"[0-9]+|[一二三四五六七八九十]+(?=[万千百年月日号点次人名个项家台套元吨天])")
_PREFIXES = (
    "经了解，",
    "据职工反映，",
    "本期检查发现，",
    "补充反映：",
    "上月底，",
    "关于二号标段，",
    "领导您好，我反映一件事，",
)
_OPENINGS = (
    "领导您好，我反映一件事，",
    "尊敬的纪委领导：现向您反映如下问题，",
    "经了解，该单位总体情况良好，但发现",
    "本期",
)
_CLOSINGS = (
    "，希望领导核实处理。",
    "，以上情况属实，请保密。",
    "，建议加强监督，及时整改。",
    "。未发现其他违规违纪问题。",
)
FRAMED = 0.3
"""The share of originals that open with a set phrase, and of those that close with one."""
_INSERTED = ("确实", "多次", "据说", "一直", "公然", "私下", "目前", "仍然", "有关", "相关人员", "严重", "基本")


@cache
def messages() -> tuple[str, ...]:
    """Every message that the classifier learns from; all written for it, nobody's real text."""
    files = sorted(MESSAGES.glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return tuple(dict.fromkeys(json.loads(line)["text"] for line in lines))


def original(chance: random.Random) -> str:
    """A text of its own: one to five messages, each of them cut short half of the time, other figures, set phrases."""
    parts = []
    for message in chance.sample(messages(), chance.choices((1, 2, 3, 5), (25, 45, 22, 8))[0]):
        clauses = _clauses(message)
        kept = clauses if chance.random() < 0.5 else clauses[: chance.randint(1, len(clauses))]
        parts.append("".join(kept).rstrip("，,；;"))
    opening = chance.choice(_OPENINGS) if chance.random() < FRAMED else ""
    closing = chance.choice(_CLOSINGS) if chance.random() < FRAMED else ""
    return _other_figures(opening + "。".join(parts) + closing, chance)


def copy(text: str, chance: random.Random) -> str:
    """The text as somebody hands it in again: one to three edits."""
    for _ in range(chance.randint(1, 3)):
        text = chance.choice((_other_figures, _inserted, _swapped, _prefixed, _shortened))(text, chance)
    return text


def stock(count: int, seed: int = 1) -> list[str]:
    """So many texts; the same for the same seed."""
    chance = random.Random(seed)
    texts: list[str] = []
    for _ in range(count):
        copied = texts and chance.random() < COPIED
        texts.append(copy(chance.choice(texts), chance) if copied else original(chance))
    return texts


def queries(texts: Sequence[str], count: int, seed: int = 2) -> Iterator[str]:
    """Half of them copies of stored texts, half texts of their own."""
    chance = random.Random(seed)
    for place in range(count):
        yield copy(chance.choice(texts), chance) if place % 2 else original(chance)


def _clauses(text: str) -> list[str]:
    return [clause for clause in _ENDS.split(text) if clause]


def _other_figures(text: str, chance: random.Random) -> str:
    return _FIGURE.sub(lambda _: str(chance.randint(2, 400)), text)


def _inserted(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 3)):
        place = chance.randint(0, len(text))
        text = text[:place] + chance.choice(_INSERTED) + text[place:]
    return text


def _swapped(text: str, chance: random.Random) -> str:
    clauses = _clauses(text)
    chance.shuffle(clauses)
    return "".join(clauses)


def _prefixed(text: str, chance: random.Random) -> str:
    return chance.choice(_PREFIXES) + text


def _shortened(text: str, chance: random.Random) -> str:
    """Without one of its clauses, or without a few characters where it has only one."""
    clauses = _clauses(text)
    if len(clauses) == 1:
        return text[: max(4, len(text) - chance.randint(1, 6))]
    clauses.pop(chance.randrange(len(clauses)))
    return "".join(clauses)
