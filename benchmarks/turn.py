"""Turns per second and their latency, ours beside peers in the same run: `python -m benchmarks.turn [--rounds 3]`.

Servers run one at a time on core 0, the load generator on core 1, 32 connections. Every round measures every server
once, so that a machine that drifts drifts for all. Figures are medians of the rounds.
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from benchmarks import messages, servers
from benchmarks.load import Load, run, send_all
from benchmarks.servers import Server
from bot.organisation import Member, add_member, publish_catalog
from bot.settings import load
from storage.admin import administer
from storage.commands import BindContact
from storage.database import Database
from storage.upgrade import upgrade
from storage.vocabulary import Level

GROUP = "基准集团"
TITLE = "综合观察表"
ANSWERS: Sequence[str | int] = (
    "总体良好",
    "总体良好",
    "有薄弱环节",
    22,
    "高（需马上报告处置）",
    15,
    "120",
    "总体良好",
    "履职不当",
    21,
    "低（提醒关注）",
    9,
    "1 2",
    17,
    20,
    "2",
    "12",
    "昨天",
    "5",
    "80",
    "无新情况",
    27,
)
"""One way through the built-in form: two findings, one of them with its amount. A number: so many characters of the
person's own words, for the bot asks about what others have said too."""
AT_ONCE = 64
"""People who fill whole forms at the same time; more than connections."""
ECHO_TEXT = "招标文件由一名经办人全程负责，评标前没有复核"


@dataclass
class Measured:
    """One server of the table; `prepare` brings it to the state that `requests` start from, unmeasured."""

    name: str
    start: Callable[[], Server]
    requests: Callable[[Server], Sequence[bytes]]
    once: bool = False
    """Every request counts once: the load must stop before it would send one again."""
    loads: list[Load] = field(default_factory=list)
    resident: float = 0.0

    def median(self, figure: str) -> float:
        """The median of a figure of Load over the rounds."""
        return float(statistics.median(getattr(load, figure) for load in self.loads))


async def populate(environment: dict[str, str], people: int) -> None:
    """Records with the form and `people` bound observers, openids bench-0 …"""
    settings = load(**{name.removeprefix("QF_").lower(): value for name, value in environment.items()})
    now = datetime.now(UTC)
    await asyncio.to_thread(upgrade, settings.database)
    async with Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database:
        await publish_catalog(database, GROUP, now, "benchmark")
        codes = []
        async with administer(database, actor="benchmark", now=now) as admin:
            for number in range(people):
                member = Member(f"观察员{number}", (GROUP, f"单位{number % 50}"), levels=(Level.COMPREHENSIVE,))
                person = await add_member(admin, member, now, ZoneInfo(settings.timezone))
                codes.append((person, await admin.invite(person)))
        for number, (person, code) in enumerate(codes):
            contact = await database.contact_of(f"bench-{number}", now)
            await database.commit_turn(
                key=f"bind-{number}",
                contact=contact,
                seq=0,
                now=now,
                commands=[BindContact(code, person)],
                generation=None,
                finish=lambda results: ("{}", "{}"),
            )


@contextmanager
def redis_and_postgres() -> Iterator[dict[str, str]]:
    """Private servers, unpinned, and the settings that use them."""
    from tests.servers import PostgresServer, RedisServer

    with ExitStack() as stack:
        redis, postgres = RedisServer(), PostgresServer(fsync=True)
        for server in (redis, postgres):
            stack.callback(server.close)
            server.start()
        yield {"QF_CONVERSATIONS_URL": redis.url, "QF_DATABASE_URL": postgres.database()}


def answers_of(person: int) -> Sequence[str]:
    """What this person says to the questions of the form."""
    return [
        said if isinstance(said, str) else messages.words(person, place, said) for place, said in enumerate(ANSWERS)
    ]


def answering(people: int) -> Callable[[Server], Sequence[bytes]]:
    """Warm: everybody is known and has the form open; measured are the answers to its questions."""

    def requests(server: Server) -> Sequence[bytes]:
        opening = messages.rounds_of(people, lambda person: ("取消", "确认取消", TITLE))
        load = send_all(server.port, [messages.sealed(*one) for one in opening])
        if load.errors:
            raise RuntimeError(f"{load.errors} of {load.requests} openings failed")
        return [messages.sealed(*one) for one in messages.rounds_of(people, answers_of)]

    return requests


def whole_forms(people: int) -> Callable[[Server], Sequence[bytes]]:
    """Cold: the first word to a bot that was just started, the form from its beginning to its number."""

    def requests(server: Server) -> Sequence[bytes]:
        def script(person: int) -> Sequence[str]:
            return ("取消", "确认取消", TITLE, *answers_of(person), "提交")

        return [messages.sealed(*one) for one in messages.rounds_of(people, script, AT_ONCE)]

    return requests


def echoes(make: Callable[..., bytes], path: str, count: int = 4000) -> Callable[[Server], Sequence[bytes]]:
    """A sentence to be echoed; a server without dedupe may see it again."""
    return lambda server: [make(f"bench-{number}", ECHO_TEXT, path) for number in range(count)]


def table(measured: Sequence[Measured]) -> Table:
    """Requests a second, latency, memory, and the ratio to our AES echo."""
    shown = Table(title="turns")
    for column in ("server", "req/s", "p50 ms", "p99 ms", "errors", "MB", "vs AES echo"):
        shown.add_column(column, justify="left" if column == "server" else "right")
    floor = next(line for line in measured if line.name == AES_ECHO).median("per_second")
    for line in measured:
        shown.add_row(
            line.name,
            f"{line.median('per_second'):,.0f}",
            f"{line.median('p50'):.2f}",
            f"{line.median('p99'):.2f}",
            f"{sum(load.errors for load in line.loads)}",
            f"{line.resident:.0f}",
            f"{line.median('per_second') / floor:.2f}",
        )
    return shown


AES_ECHO = "our AES echo"
WARM_SQLITE = "whole turn, SQLite, warm (answers)"
WEROBOT_AES = "WeRoBot, AES, sessions on (as documented)"
WEROBOT_PLAIN = "WeRoBot, plain, sessions off"


def goals(measured: Sequence[Measured]) -> Table:
    """The ratios of DESIGN.md's table beside their goals."""
    by_name = {line.name: line for line in measured}
    turn = by_name[WARM_SQLITE]
    shown = Table(title="goals (DESIGN.md, Speed and memory)")
    for column in ("what", "goal", "here", "met"):
        shown.add_column(column)
    for name, peer, goal in (
        ("whole turn vs our AES echo", AES_ECHO, 0.45),
        ("whole turn vs WeRoBot AES, gunicorn -w1, as documented", WEROBOT_AES, 12.0),
        ("whole turn vs WeRoBot plain, sessions off", WEROBOT_PLAIN, 1.5),
    ):
        ratios = [
            mine.per_second / theirs.per_second for mine, theirs in zip(turn.loads, by_name[peer].loads, strict=True)
        ]
        ratio = statistics.median(ratios)
        shown.add_row(name, f"≥ {goal}×", f"{ratio:.2f}×", "yes" if ratio >= goal else "NO")
    p99 = turn.median("p99")
    shown.add_row("p99 of a turn, 32 connections", "≤ 25 ms", f"{p99:.1f} ms", "yes" if p99 <= 25 else "NO")
    return shown


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--people", type=int, default=1500)
    given = parser.parse_args()
    console = Console()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qingfeng-bench-")))
        shared = stack.enter_context(redis_and_postgres())
        ours = {
            "SQLite": servers.bot_environment(folder / "sqlite"),
            "Redis": servers.bot_environment(folder / "redis", **shared),
        }
        for environment in ours.values():
            Path(environment["QF_DATA_DIR"]).mkdir()
            asyncio.run(populate(environment, given.people))
        measured = [
            Measured("bare aiohttp echo", servers.bare, echoes(messages.sealed, "/wechat")),
            Measured(AES_ECHO, lambda: servers.echo(folder / "echo"), echoes(messages.sealed, "/wechat")),
            *(_ours(name, environment, given.people) for name, environment in ours.items()),
            *(_cold(name, environment, given.people) for name, environment in ours.items()),
            *(_werobot(encrypted, sessions) for encrypted in (True, False) for sessions in (True, False)),
        ]
        for number in range(given.rounds):
            for line in measured:
                console.print(f"round {number + 1}: {line.name}", style="dim")
                _measure(line, given.seconds)
        console.print(table(measured))
        console.print(goals(measured))


def _ours(name: str, environment: dict[str, str], people: int) -> Measured:
    folder = Path(environment["QF_DATA_DIR"])
    title = WARM_SQLITE if name == "SQLite" else f"whole turn, {name} + PostgreSQL, warm (answers)"
    return Measured(title, lambda: servers.bot(folder, **environment), answering(people), once=True)


def _cold(name: str, environment: dict[str, str], people: int) -> Measured:
    folder = Path(environment["QF_DATA_DIR"])
    stores = "SQLite" if name == "SQLite" else f"{name} + PostgreSQL"
    title = f"whole turn, {stores}, cold (form to number)"
    return Measured(title, lambda: servers.bot(folder, **environment), whole_forms(people), once=True)


def _werobot(encrypted: bool, sessions: bool) -> Measured:
    kind = "AES" if encrypted else "plain"
    title = f"WeRoBot, {kind}, sessions {'on' if sessions else 'off'}"
    if encrypted and sessions:
        title = WEROBOT_AES
    make = messages.sealed if encrypted else messages.plain
    return Measured(title, lambda: servers.werobot(encrypted=encrypted, sessions=sessions), echoes(make, "/"))


def _measure(line: Measured, seconds: float) -> None:
    with line.start() as server:
        requests = line.requests(server)
        before = _unanswered(server) if line.once else 0
        load = run(server.port, requests, seconds)
        if line.once:
            if load.requests > len(requests):
                raise RuntimeError(f"{line.name}: all {len(requests)} messages were sent, give more --people")
            load = replace(load, errors=load.errors + _unanswered(server) - before)
        line.loads.append(load)
        line.resident = max(line.resident, server.resident)


def _unanswered(server: Server) -> int:
    """Turns so far that ended with anything but an answer: 系统繁忙 has HTTP status 200 too."""
    lines = (line for line in server.get("/metrics").splitlines() if line.startswith("qingfeng_turns_total{"))
    return sum(int(float(line.rsplit(" ", 1)[1])) for line in lines if 'result="answered"' not in line)


if __name__ == "__main__":
    main()
