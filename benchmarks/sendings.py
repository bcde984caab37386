"""Deliveries a second of one worker, alone and beside live turns: `python -m benchmarks.sendings`.

The bot has core 0, the simulated WeChat and the load of the turns core 1. A round opens for everybody; each gets one
template message, whose status event comes back as a callback; who is filling a form, a customer-service message. Timed
from the first message that WeChat took to the last end in the records; beside live turns, what ends while they go on.
"""

import argparse
import asyncio
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from rich.console import Console
from rich.table import Table as Shown
from sqlalchemy import insert

from benchmarks import servers, yardstick
from benchmarks.load import Load, run
from benchmarks.servers import Server
from benchmarks.turn import GROUP, answering
from bot.organisation import publish_catalog
from bot.settings import Settings, load
from handlers.rounds.rule import PeriodKind, Rule, RuleKind, to_json
from storage.admin import administer
from storage.database import Database
from storage.models import Appointment, Contact, Person, ReminderRule, Table, core
from storage.upgrade import upgrade
from storage.vocabulary import Level, UnitKind
from tests.ports import free_port

PEOPLE = 5_000
UNITS = 50
TEMPLATE = {
    "template_id": "benchmark-reminder",
    "title": "待办提醒",
    "content": "事项：{{thing1.DATA}}\n截止：{{time2.DATA}}\n单位：{{thing3.DATA}}",
}
FIELDS = {"thing1": "what", "time2": "due", "thing3": "unit"}
GOAL_ALONE, GOAL_BESIDE, GOAL_P99 = 2000.0, 300.0, 25.0
"""Deliveries a second with nothing else to do, beside live turns, and the p99 (ms) of those (DESIGN.md)."""
UNPACED, PACE_BESIDE = 5000, 320
"""QF_TEMPLATE_RATE of the two runs; beside turns just above the goal, as an operator would set it."""
BUSY = 300.0
"""Turns a second of a very busy evening: 18,000 people at a question a minute."""
LONGEST = 300.0
"""Seconds after which a run is given up."""
LOOK = 0.1
TALKING = 10.0
"""Seconds of live turns at most; each answer is given once."""
AT_ONCE = 16
"""Talkers who write at the same time before that."""


@dataclass
class Sent:
    """One run: deliveries a second, the bot's processor time for each (ms, status event and, where there are any, turns
    included), its memory in MB, and what became of them; `load` of the turns meanwhile.
    """

    per_second: float
    cpu: float
    resident: float
    ends: dict[str, int]
    load: Load | None = None


def daytime_zone(now: datetime) -> str:
    """A timezone in which it is about noon: elsewhere quiet hours may hold everything back."""
    hours = round(12 - now.hour - now.minute / 60)
    return "Etc/GMT" if not hours else f"Etc/GMT{-hours:+d}"


async def populate(settings: Settings, people: int) -> None:
    """Records with `people` bound observers (openids bench-0 …) and a rule whose round opens at the first tick."""
    now = datetime.now(UTC)
    await asyncio.to_thread(upgrade, settings.database)
    async with Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database:
        await publish_catalog(database, GROUP, now, "benchmark")
        async with administer(database, actor="benchmark", now=now) as admin:
            zone = daytime_zone(now)
            group = await admin.add_unit(GROUP, UnitKind.GROUP)
            units = [
                await admin.add_unit(f"单位{number}", UnitKind.SUBSIDIARY, parent=group, timezone=zone)
                for number in range(UNITS)
            ]
            rows = [_rows(number, units[number % UNITS], now) for number in range(people)]
            tables: Sequence[type[Table]] = (Person, Appointment, Contact)
            for place, kind in enumerate(tables):
                await admin._session.execute(insert(core(kind)), [row[place] for row in rows])
            await admin._add(_rule(settings, group, now))


def _rows(number: int, unit: int, now: datetime) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    person = {"id": number + 1, "name": f"观察员{number}", "unit_id": unit, "generation": 1}
    appointment = {
        "id": number + 1,
        "person_id": number + 1,
        "unit_id": unit,
        "level": Level.COMPREHENSIVE,
        "starts_on": date(2026, 1, 1),
    }
    contact = {
        "id": f"contact-{number}",
        "openid": f"bench-{number}",
        "person_id": number + 1,
        "created_at": now,
        "bound_at": now,
    }
    return person, appointment, contact


def _rule(settings: Settings, group: int, now: datetime) -> ReminderRule:
    due = (now + timedelta(days=7)).astimezone(ZoneInfo(settings.timezone))
    rule = Rule(
        id=1,
        name="基准",
        kind=RuleKind.FORM,
        form="comprehensive",
        level=Level.COMPREHENSIVE,
        unit_id=group,
        unit_path=f"/{group}/",
        calendar=f"0 18 {due.day} {due.month} *",
        period=PeriodKind.YEAR,
    )
    return ReminderRule(
        kind=rule.kind,
        form_name=rule.form,
        unit_id=group,
        rule=to_json(rule),
        changed_at=now - timedelta(days=1),
        active=True,
    )


@contextmanager
def deployment(people: int, rate: int) -> Iterator[tuple[Server, Path, int]]:
    """The bot with its simulated WeChat, started; the tick comes a few seconds later. The bot, its records, and
    the simulator's port. `rate`: templates a second at most.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qingfeng-bench-")))
        (folder / "people.json").write_text(
            json.dumps([{"openid": f"bench-{number}", "name": f"观察员{number}"} for number in range(people)])
        )
        (folder / "templates.json").write_text(json.dumps([TEMPLATE]))
        simulated, ours = free_port(), free_port()
        environment = servers.bot_environment(
            folder,
            QF_WECHAT_API_BASE=f"http://127.0.0.1:{simulated}",
            QF_TEMPLATES=json.dumps(
                {"reminder": {"id": TEMPLATE["template_id"], "kind": "template", "fields": FIELDS}}
            ),
            QF_TEMPLATE_RATE=str(rate),
        )
        settings = load(**{name.removeprefix("QF_").lower(): value for name, value in environment.items()})
        asyncio.run(populate(settings, people))
        platform = [
            *(sys.executable, "-m", "simulator", f"--port={simulated}", f"--callback=http://127.0.0.1:{ours}/wechat"),
            *(f"--people={folder / 'people.json'}", f"--templates={folder / 'templates.json'}"),
        ]
        stack.enter_context(Server(platform, environment, port=simulated, log=folder / "platform.log", core="1"))
        command = [sys.executable, "-m", "bot.cli", "serve"]
        bot = stack.enter_context(Server(command, environment, port=ours, log=folder / "bot.log"))
        yield bot, folder / "records.db", simulated


def counted(records: Path) -> dict[str, int]:
    """Deliveries by how they stand and which way they went."""
    with sqlite3.connect(f"file:{records}?mode=ro", uri=True) as connection:
        rows = connection.execute("SELECT state, way, count(*) FROM deliveries GROUP BY state, way").fetchall()
    return {f"{state} {way or ''}".strip(): count for state, way, count in rows}


def all_ended(ends: dict[str, int], people: int) -> bool:
    """Whether everybody was told, and WeChat has said how each template ended."""
    is_open = any(standing.split()[0] in {"planned", "attempting"} for standing in ends)
    return sum(ends.values()) >= people and not is_open and "sent template" not in ends


def sendings(bot: Server, records: Path, people: int) -> Sent:
    """Wait until everybody was told and every status event is there."""
    began = ended = spent = 0.0
    until = time.monotonic() + LONGEST
    ends: dict[str, int] = {}
    while time.monotonic() < until:
        ends = counted(records)
        if not began and any(standing.split()[0] in {"sent", "delivered"} for standing in ends):
            began, spent = time.monotonic(), bot.cpu
        if all_ended(ends, people):
            ended = time.monotonic()
            break
        time.sleep(LOOK)
    per_second = people / (ended - began) if ended and began else 0.0
    return Sent(per_second, (bot.cpu - spent) / people * 1000, bot.resident, ends)


def alone(people: int) -> Sent:
    """Nothing else to do."""
    with deployment(people, UNPACED) as (bot, records, _):
        return sendings(bot, records, people)


def beside_turns(people: int, talkers: int, pace: float = 0.0) -> Sent:
    """While `talkers` people fill forms, on 32 connections, as fast as they are answered, or `pace` turns a second."""
    with deployment(people, PACE_BESIDE) as (bot, records, simulated):
        asyncio.run(write_first(simulated, talkers))
        requests = answering(talkers)(bot)
        before, spent = counted(records), bot.cpu
        began = time.monotonic()
        load = run(bot.port, requests, TALKING, pace)
        ends, took = counted(records), time.monotonic() - began
        sent = ended(ends) - ended(before)
        return Sent(sent / took, (bot.cpu - spent) / max(sent, 1) * 1000, bot.resident, ends, load)


def ended(ends: dict[str, int]) -> int:
    """How many deliveries went out."""
    return sum(count for standing, count in ends.items() if standing.split()[0] in {"sent", "delivered"})


async def write_first(simulated: int, talkers: int) -> None:
    """The talkers write through WeChat, for it must know that they did: the load itself goes to the bot at once."""
    gate = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{simulated}") as session:

        async def says(number: int) -> None:
            async with gate, session.post(f"/sim/people/bench-{number}/says", json={"text": "菜单"}) as response:
                if response.status != 200:
                    raise RuntimeError(await response.text())

        await asyncio.gather(*map(says, range(talkers)))


def table(measured: Sequence[tuple[str, Sent]]) -> Shown:
    """What was found beside the goals."""
    shown = Shown(title="deliveries of one worker, SQLite, template messages with their status events")
    for column in ("what", "deliveries/s", "goal", "met", "CPU ms each", "turns/s", "p99 ms", "goal ms", "MB", "ends"):
        shown.add_column(column, justify="left" if column in {"what", "ends"} else "right")
    for name, found in measured:
        goal = GOAL_ALONE if found.load is None else GOAL_BESIDE
        p99 = found.load.p99 if found.load else 0.0
        met = found.per_second >= goal and p99 <= GOAL_P99
        shown.add_row(
            name,
            f"{found.per_second:,.0f}",
            f"{goal:,.0f}",
            "yes" if met else "NO",
            f"{found.cpu:.2f}",
            f"{found.load.per_second:,.0f}" if found.load else "",
            f"{p99:.1f}" if found.load else "",
            f"{GOAL_P99:.0f}" if found.load else "",
            f"{found.resident:.0f}",
            " ".join(f"{state}={count}" for state, count in sorted(found.ends.items())),
        )
    return shown


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--talkers", type=int, default=300)
    given = parser.parse_args()
    if (os.cpu_count() or 1) < 2 or not shutil.which("taskset"):
        raise SystemExit("needs two cores and taskset")
    measured = [
        ("alone", alone(given.people)),
        (f"beside {BUSY:.0f} turns a second", beside_turns(given.people, given.talkers, BUSY)),
        ("beside turns without a pause", beside_turns(given.people, given.talkers)),
    ]
    console = Console()
    console.print(table(measured))
    console.print(
        f"An AES echo of the bot takes {yardstick.echo():.0f} µs on this machine now; the goals were set where it takes"
        f" about {yardstick.MICROSECONDS:.0f}."
    )


if __name__ == "__main__":
    main()
