"""How officers type a command: word, number and comment told apart, the comment as it was typed."""

import re
import unicodedata

from handlers import words
from nlp import values
from nlp.normalising import simplified
from storage.numbers import parse_number

_SEPARATORS = r"\s\-_\u2010-\u2015\u2212\u30fc"
_LEAD = re.compile(r"[\s:《“”\"「『【(<,、]*")
_NUMBER = re.compile(rf"(?:gc|yj)?[{_SEPARATORS}]*(?:[0-9][{_SEPARATORS}]*)+")
_FEWEST_DIGITS = 9
"""Two of the year, six of the serial, one to check."""
_MOST_DIGITS = 15
"""A serial has twelve digits at most (storage.numbers); thousands of them would hold everybody up."""
_BEFORE_COMMENT = re.compile(r"""[\s,，:：;；、.。》”"」』】)）>\-—]*""")
_NUMERAL = r"(?<![0-9])[0-9]{1,4}(?![0-9])|[一二两三四五六七八九十百]{1,5}"
"""Never a part of a longer number: 第99999题 is not 第 9 题."""
_NAMED = re.compile(
    rf"(?:第\s*)?(?:{_NUMERAL})\s*题?(?:\s*(?:[、,，;；/和及与至到~～\-—–]|以及)\s*(?:第\s*)?(?:{_NUMERAL})\s*题?)*"
)
_PIECE = re.compile(rf"(至|到|~|～|-|—|–)?\s*(?:第\s*)?({_NUMERAL})\s*(题?)")
_COUNTED = "共这那几有剩后前余另各等某些每上下同"
"""Before a numeral without 第: 题 counts questions and names none (共3题)."""
_LONGEST_RANGE = 50


def folded(said: str) -> str:
    """The text as it is compared: half-width, lower case, simplified, invisible signs as blanks; as long as itself."""
    return simplified("".join(map(_fold, said)))


def _fold(character: str) -> str:
    if unicodedata.category(character) in {"Cf", "Cc", "Mn"}:
        return " "
    plain = unicodedata.normalize("NFKC", character).casefold()
    return plain if len(plain) == 1 else character


def behind_word(said: str, word: str) -> str | None:
    """What stands, as typed, behind the command word (blanks inside it do not matter), when a number of ours follows.

    None for any other text: 通过 and 退回 are ordinary words, and only a number that begins with GC or YJ, or one
    without it that checks, makes them commands.
    """
    plain = folded(said)
    begin = re.match(r"[\s“\"「【]*" + r"\s*".join(word), plain)
    if begin is None:
        return None
    start = _end(_LEAD, plain, begin.end())
    rest = said[start:]
    if re.match(rf"(?:gc|yj)[{_SEPARATORS}]*[0-9]", plain[start:]):
        return rest
    return rest if number_and_comment(rest)[0] is not None else None


def behind_plain(said: str, word: str) -> str | None:
    """What stands, as typed, behind the command word; None when the text does not begin with it, or goes on without a
    blank or a colon.
    """
    found = re.match(rf"[\s“\"「【]*{word}(?:[\s:,，、]+|$)", folded(said))
    return None if found is None else said[found.end() :].strip()


def as_typed(behind: str, said: str) -> str:
    """What stands behind a command word in a text, as it was typed; `behind` is the same in simplified characters."""
    for whole in (said, words.normal(said)):
        at = simplified(whole).rfind(behind)
        if at >= 0:
            return whole[at : at + len(behind)]
    return behind


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return start if found is None else found.end()


def number_and_comment(typed: str) -> tuple[str | None, str]:
    """The canonical number that `typed` begins with (None when no beginning of it checks), and the comment behind it.

    The shortest beginning that is a whole number counts, so that digits of the comment stay in the comment.
    """
    plain = folded(typed)
    found = _NUMBER.match(plain)
    digits = [place for place in range(found.end()) if plain[place].isdigit()] if found else []
    for place in digits[_FEWEST_DIGITS - 1 : _MOST_DIGITS]:
        end = place + 1
        if plain[end : end + 1].isdigit():
            continue
        number = parse_number(plain[:end])
        if number is not None:
            return number, typed[_end(_BEFORE_COMMENT, typed, end) :].rstrip()
    return None, ""


def question_numbers(comment: str) -> tuple[int, ...]:
    """The questions that a comment names, in order: 第4题、7题, 4、7题, 第4至6题, 第十二题; not 共3题, not 3个问题."""
    plain = folded(comment)
    found: dict[int, None] = {}
    for named in _NAMED.finditer(plain):
        pieces = list(_PIECE.finditer(named.group()))
        while pieces and not pieces[-1].group(3):  # what stands behind the last 题 is no question: 第4题，12月
            pieces.pop()
        before = plain[: named.start()].rstrip()[-1:]
        if not pieces or (before in _COUNTED and before and not named.group().startswith("第")):
            continue
        for number in _numbers(pieces):
            found[number] = None
    return tuple(found)


def _numbers(pieces: list[re.Match[str]]) -> list[int]:
    numbers: list[int] = []
    for piece in pieces:
        try:
            number = values.integer(piece.group(2))
        except ValueError:
            continue
        if piece.group(1) and numbers and 0 < number - numbers[-1] <= _LONGEST_RANGE:
            numbers += range(numbers[-1] + 1, number)
        numbers.append(number)
    return numbers
