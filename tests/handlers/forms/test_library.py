"""Forms are loaded and compiled once."""

import asyncio

import pytest

from handlers.forms.form import FormError
from handlers.forms.library import FormLibrary
from handlers.forms.workbook import compile_workbook


def workbook(name: str, questions: int = 1) -> str:
    lines = "\n".join(f"| | text | q{number} | 题 |" for number in range(questions))
    table = f"| survey |\n| | type | name | label |\n{lines}\n| settings |\n| | form_id |\n| | {name} |\n"
    return compile_workbook(table).xml


class Shelf:
    """Where versions are loaded from; counts how often."""

    def __init__(self) -> None:
        self.stored = {1: workbook("one"), 2: workbook("two"), 3: workbook("three", 120)}
        self.loads: list[int] = []

    async def load(self, version_id: int) -> str:
        self.loads.append(version_id)
        await asyncio.sleep(0.01)
        return self.stored[version_id]


async def test_a_version_is_compiled_once_also_when_many_ask_at_once() -> None:
    shelf = Shelf()
    library = FormLibrary(shelf.load)
    forms = await asyncio.gather(*(library.get(1) for _ in range(20)))
    assert all(form is forms[0] for form in forms)
    assert shelf.loads == [1]
    assert (await library.get(3)).name == "three"


async def test_the_least_recently_used_version_goes() -> None:
    shelf = Shelf()
    library = FormLibrary(shelf.load, size=2)
    for version in (1, 2, 1, 3, 1, 2):
        await library.get(version)
    assert shelf.loads == [1, 2, 3, 2]


async def test_a_failed_load_is_not_kept() -> None:
    shelf = Shelf()
    library = FormLibrary(shelf.load)
    with pytest.raises(KeyError):
        await library.get(9)
    shelf.stored[9] = "<broken/>"
    with pytest.raises(FormError):
        await library.get(9)
    shelf.stored[9] = workbook("nine")
    assert (await library.get(9)).name == "nine"
