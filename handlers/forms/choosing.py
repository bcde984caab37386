"""Choices as people name them: by number, letter, label, part of a label, yes and no; one or several at once."""

import re
from collections.abc import Sequence
from typing import Final

from handlers.forms.form import Choice
from handlers.forms.likeness import bare

NO_CHOICES: Final = "这一题现在没有可选的选项，请回复“跳过”。"
NOT_FOUND: Final = "选项里没有“{said}”。请点选上面的选项，或回复序号，例如 1。"
OUT_OF_RANGE: Final = "没有第 {number} 项，请回复 1 到 {last} 之间的序号。"
AMBIGUOUS: Final = "“{said}”可能是指{labels}，请回复完整的选项或点选。"
ONLY_ONE: Final = "这一题只能选一项，请只回复一个选项。"

_SHOWN: Final = 20
"""Characters of what was said, and choices, that a sentence repeats."""
_FEW: Final = 9
"""With at most so many choices, 135 means 1, 3 and 5."""

_NUMBER: Final = re.compile(r"(?:第|选|选择|选项|\()?([0-9]{1,4})(?:项|个|号|\))?")
_LETTER: Final = re.compile(r"(?:选|选择|选项|\()?([a-z])(?:项|\))?")
_RANGE: Final = re.compile(r"([0-9]{1,3})(?:-|~|到|至)([0-9]{1,3})")
_APART: Final = re.compile(r"[\s、,;/+|&。]+")
_AND: Final = re.compile(r"以及|还有|和|与|及|跟")


def _words(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


_YES: Final = _words(
    "是 是的 有 有的 对 对的 好 好的 嗯 嗯嗯 恩 要 需要 会 能 可以 行 同意 愿意 属实 确认 "
    "已 已经 已完成 完成 存在 知道 y yes ok true 1"
)
_NO: Final = _words(
    "否 不 不是 不是的 无 没 没有 没有的 暂无 未 不对 不好 不行 不要 不需要 不会 不能 不可以 不同意 不愿意 "
    "不属实 未完成 没完成 不存在 不知道 未发现 没发现 没有发现 n no false 0"
)
_NAMES_YES: Final = frozenset({"yes", "y", "true", "1"})
_NAMES_NO: Final = frozenset({"no", "n", "false", "0"})


def choose_one(choices: Sequence[Choice], said: str) -> str:
    """The name of the one choice that is meant. Raises ValueError with the sentence to show."""
    plain = bare(said)
    found = _choice(choices, plain)
    if found is not None:
        return found.value
    try:
        several = _pieces(choices, plain)
    except ValueError:
        raise ValueError(_not_found(choices, plain)) from None
    raise ValueError(ONLY_ONE if len(several) > 1 else _not_found(choices, plain))


def choose_several(choices: Sequence[Choice], said: str) -> str:
    """The names of all choices that are meant, in their own order, with spaces between. Raises ValueError."""
    plain = bare(said)
    found = _choice(choices, plain)
    chosen = {found.value} if found is not None else {choice.value for choice in _pieces(choices, plain)}
    return " ".join(choice.value for choice in choices if choice.value in chosen)


def _choice(choices: Sequence[Choice], said: str) -> Choice | None:
    """The choice that the whole of `said` names, or None. Raises ValueError when it names several or none can be."""
    if not choices:
        raise ValueError(NO_CHOICES)
    exact = [choice for choice in choices if choice.bare == said]
    if len(exact) == 1:
        return exact[0]
    if (match := _NUMBER.fullmatch(said)) is not None:
        return _numbered(choices, int(match[1]), said)
    if (match := _LETTER.fullmatch(said)) is not None and ord(match[1]) - ord("a") < len(choices):
        return choices[ord(match[1]) - ord("a")]
    return _by_answer(choices, said) or _by_part(choices, said)


def _numbered(choices: Sequence[Choice], number: int, said: str) -> Choice | None:
    """By position; a label that begins with the same number makes it ambiguous."""
    begins = re.compile(rf"{number}(?![0-9])")
    alike = [choice for choice in choices if begins.match(choice.bare)]
    if not 1 <= number <= len(choices):
        return alike[0] if len(alike) == 1 else None
    placed = choices[number - 1]
    others = [choice for choice in alike if choice is not placed]
    if others:
        raise ValueError(_ambiguous(said, [placed, *others]))
    return placed


def _by_answer(choices: Sequence[Choice], said: str) -> Choice | None:
    """Yes and no, where exactly one choice is a yes (or a no)."""
    for words, names in ((_YES, _NAMES_YES), (_NO, _NAMES_NO)):
        if said in words:
            meant = [choice for choice in choices if choice.bare in words or choice.value.casefold() in names]
            return meant[0] if len(meant) == 1 else None
    return None


def _by_part(choices: Sequence[Choice], said: str) -> Choice | None:
    if not said:
        return None
    found = [choice for choice in choices if said in choice.bare]
    if len(found) > 1:
        raise ValueError(_ambiguous(said, found))
    if found:
        return found[0]
    named = [choice for choice in choices if choice.value.casefold() == said]
    return named[0] if len(named) == 1 else None


def _pieces(choices: Sequence[Choice], said: str) -> list[Choice]:
    """Every choice that a text with several names: whole labels first, then what separators leave."""
    found: list[Choice] = []
    rest = said
    for choice in sorted(choices, key=lambda choice: -len(choice.label)):
        label = choice.bare
        if len(label) > 1 and label in rest and not label.isascii():
            found.append(choice)
            rest = rest.replace(label, " ")
    for piece in _APART.split(rest):
        if piece and not _AND.fullmatch(piece):
            found.extend(_piece(choices, piece))
    if not found:
        raise ValueError(_not_found(choices, said))
    return found


def _piece(choices: Sequence[Choice], piece: str) -> list[Choice]:
    if (match := _RANGE.fullmatch(piece)) is not None:
        first, last = int(match[1]), int(match[2])
        if not 1 <= first <= last <= len(choices):
            raise ValueError(_not_found(choices, str(last if first >= 1 else first)))
        return list(choices[first - 1 : last])
    found = _choice(choices, piece)
    if found is not None:
        return [found]
    parts = [part for part in _AND.split(piece) if part]
    if len(parts) == 1:
        parts = _run(choices, piece)
    return [_must(choices, part) for part in parts]


def _run(choices: Sequence[Choice], piece: str) -> list[str]:
    """135 or ace as single digits or letters; else the piece as it is."""
    single = (piece.isdigit() and len(choices) <= _FEW) or (piece.isalpha() and piece.isascii())
    return list(piece) if single and piece.isascii() and len(set(piece)) == len(piece) else [piece]


def _must(choices: Sequence[Choice], said: str) -> Choice:
    found = _choice(choices, said)
    if found is None:
        raise ValueError(_not_found(choices, said))
    return found


def _not_found(choices: Sequence[Choice], said: str) -> str:
    if (match := _NUMBER.fullmatch(said)) is not None:
        return OUT_OF_RANGE.format(number=int(match[1]), last=len(choices))
    return NOT_FOUND.format(said=said[:_SHOWN])


def _ambiguous(said: str, found: Sequence[Choice]) -> str:
    labels = "、".join(f"“{choice.label}”" for choice in found[:5])
    return AMBIGUOUS.format(said=said[:_SHOWN], labels=labels)
