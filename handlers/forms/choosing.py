"""Choices as people name them: by number, letter, label, part of a label, yes and no; one or several at once."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from handlers.forms.choice_sets import named_set, none_like
from handlers.forms.degrees import by_degree, by_thing
from handlers.forms.form import Choice
from handlers.forms.likeness import bare, likeness
from handlers.forms.yes_no import are_yes_and_no, choice_meaning, first_part, is_double, meaning
from nlp import values

NO_CHOICES: Final = "这一题现在没有可选的选项，请回复“跳过”。"
NOT_FOUND: Final = "选项里没有“{said}”。请点选下面的选项，或回复序号，例如 1。"
OUT_OF_RANGE: Final = "没有第 {number} 项，请回复 1 到 {last} 之间的序号。"
AMBIGUOUS: Final = "“{said}”可能是指{labels}，请回复完整的选项或点选。"
ONLY_ONE: Final = "这一题只能选一项，请只回复一个选项。"
TWICE_DENIED: Final = "“{said}”是肯定还是否定？请直接点选，或回复序号，例如 1。"

_SHOWN: Final = 20
"""Characters of what was said that a sentence repeats."""
_NAMED: Final = 5
"""Choices that a sentence names."""
_FEW: Final = 9
"""With at most so many choices, 135 means 1, 3 and 5."""
_ALIKE: Final = 0.2
"""The least likeness of a choice that is suggested for what was mistyped; by eye, over lists of units and posts."""
_SUGGESTED: Final = 6
_COMPARED: Final = 40
"""Characters of what was said that are compared with labels; longer texts are like none."""
_LONGEST: Final = 1_000
"""Characters; what is longer names no choice and is not taken to pieces."""

_NUMBER: Final = re.compile(r"(?:第|选|选择|选项|\()?([0-9]{1,4})(?:项|个|号|\))?")
_LETTER: Final = re.compile(r"(?:选|选择|选项|\()?([a-z])(?:项|\))?")
_SPELLED: Final = re.compile("(?:第|选|选择|选项)?([一二三四五六七八九十两]{1,3})(?:项|个|号)?")
_RANGE: Final = re.compile(r"([0-9]{1,3})(?:-|~|到|至)([0-9]{1,3})")
_APART: Final = re.compile(r"[\s、,;/+|&。]+")
_AND: Final = re.compile(r"以及|还有|和|与|及|跟")
_POINTED: Final = re.compile(r"(?<=[0-9])\.(?=[0-9])")
_OPINION: Final = re.compile("^(?:我)?(?:选择?|觉得|认为|感觉|看)?(?:应该|可能|大概)?(?:是|算|属于|就是)?")
_PARTICLES: Final = re.compile("(?:吧|啊|呢|呀|了|的|哦|这个|这项)+$")


class Unclear(ValueError):
    """What was said names no choice, or several; `near` are those that it may have meant, the likeliest first."""

    def __init__(self, sentence: str, near: Iterable[Choice] = ()) -> None:
        super().__init__(sentence)
        self.near = tuple(near)


def choose_one(choices: Sequence[Choice], said: str) -> str:
    """The name of the one choice that is meant. Raises Unclear with the sentence to show."""
    plain = _plain(said)
    found = (
        _choice(choices, plain)
        or none_like(choices, plain)
        or _by_opinion(choices, plain)
        or by_degree(choices, plain)
        or by_thing(choices, plain)
    )
    if found is not None:
        return found.value
    try:
        several = {choice.value for choice in _pieces(choices, plain)}
    except ValueError:
        raise _not_found(choices, plain, said) from None
    if len(several) == 1:
        return several.pop()
    raise Unclear(ONLY_ONE)


def choose_several(choices: Sequence[Choice], said: str) -> str:
    """The names of all choices that are meant, in their own order, with spaces between. Raises Unclear."""
    plain = _plain(said)
    chosen = named_set(choices, plain, lambda part: _pieces(choices, part))
    if chosen is None:
        found = _choice(choices, plain)
        chosen = [found] if found is not None else _pieces(choices, plain)
    names = {choice.value for choice in chosen}
    return " ".join(choice.value for choice in choices if choice.value in names)


def is_number(said: str) -> bool:
    """Whether a choice is named by nothing but numbers: then they count in what was shown."""
    return not re.search(r"[^0-9\s、,;/+&.()项第个号和~到至-]", bare(said))


def _plain(said: str) -> str:
    if len(said) > _LONGEST:
        raise Unclear(NOT_FOUND.format(said=_shown(said)))
    return bare(said)


def _shown(said: str) -> str:
    """What was said as a sentence repeats it, in one line."""
    line = " ".join(said[:_LONGEST].split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def _choice(choices: Sequence[Choice], said: str) -> Choice | None:
    """The choice that the whole of `said` names, or None. Raises Unclear when it names several or none can be."""
    if not choices:
        raise Unclear(NO_CHOICES)
    exact = [choice for choice in choices if choice.bare == said]
    if len(exact) == 1:
        return exact[0]
    if (match := _NUMBER.fullmatch(said)) is not None:
        return _numbered(choices, int(match[1]), said)
    if (match := _LETTER.fullmatch(said)) is not None and ord(match[1]) - ord("a") < len(choices):
        return choices[ord(match[1]) - ord("a")]
    return _by_numeral(choices, said) or _by_answer(choices, said) or _by_part(choices, said)


def _numbered(choices: Sequence[Choice], number: int, said: str) -> Choice | None:
    """By position; a label that begins with the same number makes it ambiguous."""
    begins = re.compile(rf"{number}(?![0-9])")
    alike = [choice for choice in choices if begins.match(choice.bare)]
    if not 1 <= number <= len(choices):
        return alike[0] if len(alike) == 1 else None
    placed = choices[number - 1]
    others = [choice for choice in alike if choice is not placed]
    if others:
        raise _ambiguous(said, [placed, *others])
    return placed


def _by_numeral(choices: Sequence[Choice], said: str) -> Choice | None:
    """第二项, 选三, 二; not where a label holds the same signs."""
    match = _SPELLED.fullmatch(said)
    if match is None or any(said in choice.bare for choice in choices):
        return None
    try:
        number = values.integer(match[1])
    except ValueError:
        return None
    return choices[number - 1] if 1 <= number <= len(choices) else None


def _by_answer(choices: Sequence[Choice], said: str) -> Choice | None:
    """Yes and no, where exactly one choice is a yes (or a no). Raises Unclear for a denial of a denial."""
    if is_double(said) and not any(said in choice.bare for choice in choices):
        raise Unclear(TWICE_DENIED.format(said=said[:_SHOWN]))
    meant = meaning(said)
    if meant is None and (head := first_part(said)) != said and not any(said in choice.bare for choice in choices):
        meant = meaning(head)
    if meant is None:
        return None
    named = are_yes_and_no([choice.value for choice in choices])
    found = [choice for choice in choices if choice_meaning(choice.bare, choice.value if named else "") is meant]
    return found[0] if len(found) == 1 else None


def _by_part(choices: Sequence[Choice], said: str) -> Choice | None:
    if not said:
        return None
    found = [choice for choice in choices if said in choice.bare]
    if len(found) > 1:
        raise _ambiguous(said, found)
    if found:
        return found[0]
    named = [choice for choice in choices if choice.value.casefold() == said]
    return named[0] if len(named) == 1 else None


def _by_opinion(choices: Sequence[Choice], said: str) -> Choice | None:
    """我觉得是总体良好吧: words around a whole label that neither add nor deny anything."""
    core = _PARTICLES.sub("", _OPINION.sub("", said))
    return None if core == said else next((choice for choice in choices if choice.bare == core), None)


def _pieces(choices: Sequence[Choice], said: str) -> list[Choice]:
    """Every choice that a text with several names: whole labels first, then what separators leave."""
    found: list[Choice] = []
    rest = said
    for choice in sorted(choices, key=lambda choice: -len(choice.label)):
        label = choice.bare
        if len(label) > 1 and label in rest and not label.isascii():
            found.append(choice)
            rest = rest.replace(label, " ")
    for piece in dict.fromkeys(map(_unpointed, _APART.split(_POINTED.sub(" ", rest)))):
        if piece and not _AND.fullmatch(piece):
            found.extend(_piece(choices, piece))
    if not found:
        raise _not_found(choices, said)
    return found


def _unpointed(piece: str) -> str:
    """1 for the 1. of a line that was copied."""
    return piece.strip(".")


def _piece(choices: Sequence[Choice], piece: str) -> list[Choice]:
    if (match := _RANGE.fullmatch(piece)) is not None:
        first, last = int(match[1]), int(match[2])
        if not 1 <= first <= last <= len(choices):
            raise _not_found(choices, str(last if first >= 1 else first))
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
        raise _not_found(choices, said)
    return found


def _not_found(choices: Sequence[Choice], said: str, typed: str = "") -> Unclear:
    if (match := _NUMBER.fullmatch(said)) is not None:
        return Unclear(OUT_OF_RANGE.format(number=int(match[1]), last=len(choices)))
    return Unclear(NOT_FOUND.format(said=_shown(typed or said)), nearest(choices, said))


def nearest(choices: Sequence[Choice], said: str) -> list[Choice]:
    """The choices whose labels are most like what was said, at most six, the likeliest first."""
    said = said[:_COMPARED]
    scored = [(likeness(said, choice.bare), place) for place, choice in enumerate(choices)]
    likely = sorted((-score, place) for score, place in scored if score >= _ALIKE)
    return [choices[place] for _, place in likely[:_SUGGESTED]]


def _ambiguous(said: str, found: Sequence[Choice]) -> Unclear:
    labels = "、".join(f"“{choice.label}”" for choice in found[:_NAMED])
    more = " 等" if len(found) > _NAMED else ""
    return Unclear(AMBIGUOUS.format(said=said[:_SHOWN], labels=f"{labels}{more}"), found)
