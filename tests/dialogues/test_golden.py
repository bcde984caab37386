"""Golden transcripts: chats as text files, played through the simulator. `pytest --update-dialogues` rewrites them.

A line `@ name` says who speaks from here on, `> text` is typed, `>> label` is tapped, `>>> key` is a tap on the bottom
menu, `< words` waits for a message with these words that nobody asked for, `! image 9` sends nine pictures at once, `~
3 days` lets time pass; what follows is what the person then sees. Lines beginning with `#` are notes.
"""

import difflib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chat import User
from tests.world import World, open_world

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.chat"))
ACTION = re.compile(r"(@|~|!|<|>{1,3}) (.+)")


async def played(world: World, lines: Iterator[str]) -> list[str]:
    """The transcript with what is seen today."""
    written: list[str] = []
    user: User | None = None
    for line in lines:
        found = ACTION.fullmatch(line)
        if found is None:
            if line.startswith("#"):
                written.append(line)
            continue
        kind, what = found.groups()
        written += ["", line] if kind in "@~" or written[-1:] != [""] else [line]
        if kind == "@":
            user = world.user(what)
        elif kind == "~":
            amount, unit = what.split(" ")
            world.clock.forward(**{unit: float(amount)})
        elif user is not None:
            written += (await act(world, user, kind, what)).splitlines()
    return written


async def act(world: World, user: User, kind: str, what: str) -> str:
    """One action; `{chen}` in a text stands for the invite code of chen."""
    if kind == "<":
        return await user.told(what)
    if kind == ">":
        return await user.says(re.sub(r"\{(\w+)\}", lambda found: world.codes[found[1]], what))
    if kind == "!":
        thing, _, count = what.partition(" ")
        return await user.sends(thing, **({"count": int(count)} if count else {}))
    return await (user.taps(what) if kind == ">>" else user.clicks(what))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
async def test_dialogue(file: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """What people see is what was reviewed."""
    reviewed = file.read_text().splitlines()
    async with open_world(tmp_path) as world:
        seen = await played(world, iter(reviewed))
        assert await world.violations() == []
    if request.config.getoption("--update-dialogues"):
        file.write_text("\n".join(seen).strip() + "\n")
        return
    difference = "\n".join(difflib.unified_diff(reviewed, "\n".join(seen).strip().splitlines(), lineterm=""))
    assert not difference, difference


def test_there_are_dialogues() -> None:
    """A folder that was emptied by mistake is noticed."""
    assert len(FILES) >= 3
