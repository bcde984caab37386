"""docs/handbook/officer.md and observer.md tell what people may say."""

from pathlib import Path

import pytest

from handlers import welcome_wording
from handlers.staff.command import StaffCommand
from handlers.staff.commands import COMMANDS

HANDBOOK = Path(__file__).parents[3] / "docs" / "handbook"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.word)
def test_the_officers_handbook_tells_every_command(command: StaffCommand) -> None:
    told = (HANDBOOK / "officer.md").read_text(encoding="utf-8")
    assert command.word in told or not command.listed


def test_the_observers_handbook_tells_every_word_of_the_help() -> None:
    told = (HANDBOOK / "observer.md").read_text(encoding="utf-8")
    for word, _ in welcome_wording.FILLING_WORDS:
        assert word.split()[0].strip("？") in told, word
