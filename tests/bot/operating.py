"""An operator at the command line of an enterprise of their own, without processes of its own."""

import asyncio
import re
from pathlib import Path

from openpyxl import load_workbook
from typer.testing import CliRunner

from bot.cli import app
from storage.database import Database
from storage.people import Standing
from storage.upgrade import upgrade
from tests.bot.processes import environment
from tests.handlers.people.books import Rows, write
from tests.world import settings_for

GROUP = "清源集团"
CODE = re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}")


class Operator:
    """Runs `qingfeng` on records in a folder; `folder` is for workbooks too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        settings = settings_for(folder, 1, 2)
        upgrade(settings.database)
        self.database = settings.database
        self._environment = {name: value for name, value in environment(settings).items() if name.startswith("QF_")}

    def runs(self, *arguments: str | Path, says: str | None = None) -> tuple[int, str]:
        """Exit status and what was printed; `says`: what is typed."""
        ended = CliRunner().invoke(app, [*map(str, arguments)], env={"COLUMNS": "80", **self._environment}, input=says)
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return ended.exit_code, ended.output

    def does(self, *arguments: str | Path) -> str:
        """What was printed by a command that ends well."""
        status, printed = self.runs(*arguments)
        assert status == 0, printed
        return printed

    def imports(self, *options: str, **sheets: Rows) -> tuple[int, str]:
        """Exit status and what was printed of an import of these sheets."""
        return self.runs("people", "import", write(self.folder / "people.xlsx", sheets), "--yes", *options)

    @property
    def standing(self) -> Standing:
        """Units and people as they stand."""

        async def read() -> Standing:
            async with Database(self.database) as database:
                return await database.people.standing()

        return asyncio.run(read())

    @property
    def units(self) -> list[str]:
        """Every unit from the group down: 集团/二公司."""
        units = {unit.id: unit for unit in self.standing.units}

        def path(unit_id: int | None) -> str:
            return "" if unit_id is None else f"{path(units[unit_id].parent_id)}/{units[unit_id].name}"

        return sorted(path(unit_id)[1:] for unit_id in units)

    def unit_of(self, number: str) -> str:
        """The unit of somebody, from the group down."""
        units = {unit.id: unit for unit in self.standing.units}
        at: int | None = next(one.unit_id for one in self.standing.persons if one.staff_number == number)
        names: list[str] = []
        while at is not None:
            names.insert(0, units[at].name)
            at = units[at].parent_id
        return "/".join(names)


def sheet_of(file: Path, title: str) -> list[tuple[object, ...]]:
    """The rows of a sheet, the header first."""
    return list(load_workbook(file)[title].iter_rows(values_only=True))
