"""An import of people that dies as by `kill -9`: `python -m tests.bot.killed_import FILE DATABASE_URL STEP`.

STEP is that of the writing, from 0.
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.people_import import carry_out, compare, read_roster
from storage.database import Database


async def main(file: Path, url: str, last: int) -> None:
    """Import until killed."""
    steps = count()

    def tell(_: int) -> None:
        if next(steps) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    async with Database(url) as database:
        roster, now = read_roster(file), datetime.now(UTC)
        plan = await compare(database, roster, now, ZoneInfo("Asia/Shanghai"))
        await carry_out(database, plan, roster, actor="test", now=now, tell=tell)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
