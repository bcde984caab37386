"""An office for every dialogue: a fresh copy of one founded SQLite database."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.upgrade import upgrade
from tests.handlers.desk import Office

NAME = "qingfeng.db"
CODE_KEY = b"the key of invite codes in tests"


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A database with units and the built-in forms, and the ids of the units."""
    file = tmp_path_factory.mktemp("founded") / NAME
    url = f"sqlite+aiosqlite:///{file}"
    upgrade(url)

    async def found() -> dict[str, int]:
        async with Database(url, number_key=CODE_KEY) as database:
            office = Office(database)
            await office.found()
            return office.units

    return file, asyncio.run(found())


@pytest.fixture
async def office(founded: tuple[Path, dict[str, int]], tmp_path: Path) -> AsyncIterator[Office]:
    """The office of one test."""
    file, units = founded
    for part in file.parent.iterdir():
        shutil.copy(part, tmp_path / part.name)
    url = f"sqlite+aiosqlite:///{tmp_path / NAME}"
    async with Database(url, number_key=CODE_KEY) as database:
        yield Office(database, units=dict(units), url=url)
