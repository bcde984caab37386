"""An order of all choices as people write it: 2 1 3, C A B, the labels one after the other."""

import re
from collections.abc import Sequence
from typing import Final

from handlers.forms.choosing import Unclear, choose_one
from handlers.forms.form import Choice
from handlers.forms.likeness import bare

HOW: Final = "请把全部 {total} 项从前到后排一遍，每项一次，例如 {example}。"
MISSING: Final = "还差{labels}没有排。" + HOW
TWICE: Final = "“{label}”排了两次。" + HOW
TOO_LONG: Final = "没看懂这个顺序。" + HOW
_LONGEST: Final = 500
"""Characters; a WeChat message of five labels is shorter."""
_NAMED: Final = 5
_FEW: Final = 9
"""With at most so many choices, 213 means 2, 1 and 3."""
_APART: Final = re.compile(
    r"[\s、,;/+|&。>.]+|->|→|然后是?|其次是?|再次是?|接着是?|最后是?|首先是?|先|再|排第[一二三四五六七八九]|大于|高于|先于"
)


def rank(choices: Sequence[Choice], said: str) -> str:
    """The names of all choices in the order that was said, with spaces between.

    Raises Unclear with the sentence to show unless every choice is named exactly once.
    """
    plain = bare(said)
    how = {"total": len(choices), "example": _example(len(choices))}
    if len(plain) > _LONGEST:
        raise Unclear(TOO_LONG.format(**how))
    order: list[str] = []
    for piece in _pieces(choices, plain):
        try:
            name = choose_one(choices, piece)
        except Unclear as unclear:
            raise Unclear(f"{unclear}{HOW.format(**how)}") from None
        if name in order:
            label = next(choice.label for choice in choices if choice.value == name)
            raise Unclear(TWICE.format(label=label, **how))
        order.append(name)
    left = [f"“{choice.label}”" for choice in choices if choice.value not in order]
    if left:
        raise Unclear(MISSING.format(labels="、".join(left[:_NAMED]), **how))
    return " ".join(order)


def _pieces(choices: Sequence[Choice], said: str) -> list[str]:
    """What names one choice each, in the order of the text: whole labels, and what separators leave between them."""
    labels = sorted((choice.bare for choice in choices if len(choice.bare) > 1), key=len, reverse=True)
    whole = re.compile("|".join(map(re.escape, labels)) or r"(?!)")
    pieces: list[str] = []
    end = 0
    for match in whole.finditer(said):
        pieces += [*_between(choices, said[end : match.start()]), match.group()]
        end = match.end()
    return [*pieces, *_between(choices, said[end:])]


def _between(choices: Sequence[Choice], said: str) -> list[str]:
    pieces = [piece for piece in _APART.split(said) if piece]
    run = pieces[0] if len(pieces) == 1 else ""
    single = run.isascii() and len(choices) <= _FEW and (run.isdigit() or run.isalpha())
    return list(run) if single else pieces


def _example(total: int) -> str:
    """2 1 3 …: an order that is not the one that is shown."""
    numbers = list(range(1, total + 1))
    numbers[:2] = reversed(numbers[:2])
    return " ".join(map(str, numbers))
