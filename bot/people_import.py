"""A people workbook from file to records: read in a child process, compared, written in one transaction."""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.workbooks import Troubles, answer_now
from handlers.people.lines import Roster, roster_of
from handlers.people.planning import Plan, plan
from storage.database import Database
from storage.people_writing import write_people

WALL_SECONDS: Final = 240
"""How long reading may take; 100,000 people take about 15 with nothing else to do."""

_TROUBLES: Final = Troubles(
    too_slow="这个文件太大，没能在规定时间内读完；请删去无关的行和列，或拆成几个文件。",
    too_large="这个文件太大，读取时内存不够；请删去无关的工作表、行和列，或拆成几个文件。",
    crashed="没能读完这个文件，文件可能已损坏；请用 Excel 或 WPS 另存为 .xlsx 后再试。",
)
_COMMAND: Final = (sys.executable, "-m", "handlers.people.child")


def read_roster(path: Path) -> Roster:
    """The rows of the workbook, read in a child process with limits; blocks. Raises WorkbookError when the file as a
    whole cannot be read; what is wrong with cells is in the roster.
    """
    request = json.dumps({"path": str(path.absolute())}).encode()
    return roster_of(answer_now(_COMMAND, request, WALL_SECONDS, _TROUBLES))


async def compare(database: Database, roster: Roster, now: datetime, timezone: ZoneInfo) -> Plan:
    """What the import would change, or every fault."""
    return plan(roster, await database.people.standing(), now.astimezone(timezone).date())


async def carry_out(
    database: Database,
    planned: Plan,
    roster: Roster,
    *,
    actor: str,
    now: datetime,
    tell: Callable[[int], None],
    brief_from: date | None = None,
) -> None:
    """Write all of the plan or nothing; `brief_from` as write_people takes it. Raises PeopleChanged when people were
    changed since the plan was made.
    """
    await write_people(
        database, planned.changes, actor=actor, now=now, source=roster.sha256, tell=tell, brief_from=brief_from
    )
