"""Units found by the names that people write: alone, after those above them, or from the root down."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from handlers.people.cells import same

Key = tuple[str, ...]
"""A unit by the names from the root down to it, as `same` writes them."""

_SEPARATORS: Final = re.compile(r"\s*[/>\\→]\s*")


def parts_of(written: str) -> Key:
    """The names in 集团/二公司, as `same` writes them."""
    return tuple(name for part in _SEPARATORS.split(_half_width(written)) if (name := same(part)))


def from_the_root(written: str) -> bool:
    """Whether it begins with a separator: /二公司 is the root of this name and no other unit."""
    return _SEPARATORS.match(_half_width(written)) is not None


def meant(written: str, units: Iterable[Key], *, roots: int) -> list[Key]:
    """Of these units those that the text may mean. The whole path of one means no other, but that of a root only as
    long as it is the only root (`roots`): beside another 二公司 may be the one below the group just as well.
    """
    parts = parts_of(written)
    if not parts:
        return []
    found = [key for key in units if key[-len(parts) :] == parts]
    if from_the_root(written) or (parts in found and (len(parts) > 1 or roots == 1)):
        return [key for key in found if key == parts]
    return found


def path_of(names: Key, *, roots: int) -> str:
    """What means this unit and no other, as it is typed: 集团/二公司."""
    return f"/{names[0]}" if len(names) == 1 and roots > 1 else "/".join(names)


def alike(name: str, names: Iterable[str], count: int) -> list[str]:
    """The names that are most like this one, in their own writing."""
    shown = {same(each): each for each in names}
    return [shown[each] for each in get_close_matches(same(name), shown, n=count)]


def _half_width(written: str) -> str:
    return unicodedata.normalize("NFKC", written)
