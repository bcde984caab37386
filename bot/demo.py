"""The demo: a made-up group, keys made at the first start, the bot and the WeChat simulator side by side."""

import asyncio
import errno
import json
import os
import secrets
import signal
import socket
import string
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.organisation import Member, add_member, invite, publish_catalog
from bot.settings import Settings
from storage.admin import administer
from storage.database import Database
from storage.upgrade import upgrade
from storage.vocabulary import Level, Role

GROUP = "清源集团"
LETTERS = string.ascii_letters + string.digits
AES_KEY_CHARACTERS = 43
"""Of an EncodingAESKey; WECHAT.md, Callback."""
START_SECONDS = 50.0
"""How long both servers may take to start; the promise of README.md is a minute."""
END_SECONDS = 15.0
"""How long they may take to end: the bot finishes turns in flight."""


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody to chat as: a member of the group or a passer-by; `bound`: the openid is bound already."""

    openid: str
    name: str
    note: str
    member: Member | None = None
    bound: bool = False


PLAYERS = (
    Player(
        "demo-wang-jianguo",
        "王建国",
        "二公司总经理 · 综合观察员",
        Member("王建国", (GROUP, "二公司"), levels=(Level.COMPREHENSIVE,), staff_number="D001"),
        bound=True,
    ),
    Player(
        "demo-chen-xiao",
        "陈晓",
        "三公司",
        Member("陈晓", (GROUP, "三公司"), levels=(Level.COMPREHENSIVE,), staff_number="D002"),
    ),
    Player(
        "demo-zhou-lixin",
        "周立新",
        "二公司工程部主任 · 项目观察员",
        Member("周立新", (GROUP, "二公司", "工程部"), levels=(Level.PROJECT,), staff_number="D006"),
        bound=True,
    ),
    Player(
        "demo-wu-guifang",
        "吴桂芳",
        "城东场站兼职纪检员 · 职能观察员",
        Member("吴桂芳", (GROUP, "二公司", "城东场站"), levels=(Level.FUNCTIONAL,), staff_number="D007"),
        bound=True,
    ),
    Player(
        "demo-li-min",
        "李敏",
        "集团纪委副书记",
        Member("李敏", (GROUP, "纪检监察室"), roles=(Role.OFFICER,), over=(GROUP,), staff_number="D003"),
        bound=True,
    ),
    Player(
        "demo-sun-li",
        "孙莉",
        "二公司纪检干事",
        Member("孙莉", (GROUP, "二公司"), roles=(Role.OFFICER,), staff_number="D004"),
        bound=True,
    ),
    Player(
        "demo-zhao-qiang",
        "赵强",
        "一公司纪检干事",
        Member("赵强", (GROUP, "一公司"), roles=(Role.OFFICER,), staff_number="D005"),
        bound=True,
    ),
    Player("demo-passer-by", "路人", "没有绑定的员工"),
)


def demo_environment(folder: Path, port: int) -> dict[str, str]:
    """The environment of bot and simulator; keys are made once, kept in `folder`, readable by its owner."""
    keys = folder / "demo-keys.json"
    if not keys.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = {
            "QF_WECHAT_TOKEN": secrets.token_hex(12),
            "QF_WECHAT_APPID": "wx" + secrets.token_hex(8),
            "QF_WECHAT_SECRET": secrets.token_hex(16),
            "QF_WECHAT_AES_KEY": "".join(secrets.choice(LETTERS) for _ in range(AES_KEY_CHARACTERS)),
        }
        with os.fdopen(os.open(keys, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(made, file)
    return {
        **json.loads(keys.read_text()),
        "QF_WECHAT_MODE": "safe",
        "QF_WECHAT_API_BASE": f"http://127.0.0.1:{port + 1}",
        "QF_WEB_BASE": f"http://127.0.0.1:{port}",
        "QF_HOST": "127.0.0.1",
        "QF_PORT": str(port),
        "QF_DATA_DIR": str(folder),
        "QF_LOG_LEVEL": "warning",
    }


def check_ports(port: int) -> None:
    """SystemExit with a sentence when bot or simulator could not listen on `port` and the next one."""
    for wanted in (port, port + 1):
        try:
            with socket.create_server(("127.0.0.1", wanted)):
                pass
        except OverflowError:
            raise SystemExit(f"端口要在 1 到 65534 之间（模拟器用下一个），现在是 {port}。") from None
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            reason = "已被占用，可能另一个演示还在运行" if taken else f"不能使用（{error.strerror}）"
            raise SystemExit(
                f"端口 {wanted} {reason}。请换一个端口，例如 make run PORT=9000（qingfeng demo --port 9000）。"
            ) from None


async def load_group(database: Database, now: datetime, timezone: ZoneInfo) -> str:
    """Make the demo group; returns the list of people that the simulator offers, as JSON."""
    listed = []
    for player in PLAYERS:
        note = player.note
        if player.member is not None:
            async with administer(database, actor="cli:demo", now=now) as admin:
                person = await add_member(admin, player.member, now, timezone)
            code = await invite(database, person, now, "cli:demo", timedelta(days=365))
            if player.bound:
                await _bind(database, player.openid, person, code, now)
            else:
                note += f" · 绑定码 {code}"
        listed.append({"openid": player.openid, "name": player.name, "note": note, "followed": True})
    return json.dumps(listed, ensure_ascii=False, indent=1)


async def _bind(database: Database, openid: str, person: int, code: str, now: datetime) -> None:
    from storage.commands import BindContact

    contact = await database.contact_of(openid, now)
    await database.commit_turn(
        key=f"demo:{openid}",
        contact=contact,
        seq=0,
        now=now,
        commands=[BindContact(code, person)],
        generation=None,
        finish=lambda results: ("{}", "{}"),
    )


def prepare(settings: Settings) -> Path:
    """Upgrade the records and load the demo group; returns the simulator's list of people. SystemExit: a busy port."""
    check_ports(settings.port)
    upgrade(settings.database)
    people = settings.data_dir / "demo-people.json"
    new = not people.exists()

    async def load() -> str:
        now = datetime.now(UTC)
        async with Database(settings.database, number_key=settings.code_key, timezone=settings.timezone) as database:
            await publish_catalog(database, GROUP, now, "cli:demo")
            return await load_group(database, now, ZoneInfo(settings.timezone)) if new else ""

    listed = asyncio.run(load())
    if new:
        people.write_text(listed)
    return people


def run(environment: Mapping[str, str], people: Path, port: int, console: Console) -> int:
    """Start both servers, push the menu, tell the addresses, wait for Ctrl-C; returns the exit status."""
    inherited = {**os.environ, **environment}
    for number in (signal.SIGTERM, signal.SIGHUP):  # a closed terminal must not leave servers behind either
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, signal.default_int_handler)
    servers: list[subprocess.Popen[bytes]] = []
    try:
        for module, *arguments in (
            ("bot.cli", "serve"),
            ("simulator", f"--port={port + 1}", f"--callback=http://127.0.0.1:{port}/wechat", f"--people={people}"),
        ):
            command = [sys.executable, "-m", module, *arguments]
            servers.append(subprocess.Popen(command, env=inherited, start_new_session=True))  # noqa: S603 - our own
        _wait_until_up(servers, (f"http://127.0.0.1:{port}/readyz", f"http://127.0.0.1:{port + 1}/"))
        pushed = subprocess.run([sys.executable, "-m", "bot.cli", "menu", "push"], env=inherited, check=False)
        if pushed.returncode:
            return pushed.returncode
        console.print(f"\n清风观察已启动\n  微信模拟器（在浏览器里打开）：[bold]http://127.0.0.1:{port + 1}/[/]")
        console.print(f"  机器人：http://127.0.0.1:{port}/healthz\n  Ctrl-C 停止\n")
        while all(server.poll() is None for server in servers):
            time.sleep(0.3)
        console.print("[red]有一个进程意外退出，演示停止。[/]")
        return 1
    except KeyboardInterrupt:
        console.print("正在停止…")
        return 0
    finally:
        _end(servers)


def _end(servers: Sequence[subprocess.Popen[bytes]]) -> None:
    for server in servers:
        server.terminate()
    for server in servers:
        try:
            server.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait_until_up(servers: Sequence[subprocess.Popen[bytes]], addresses: Sequence[str]) -> None:
    deadline = time.monotonic() + START_SECONDS
    for address in addresses:
        while not _answers(address):
            if any(server.poll() is not None for server in servers):
                raise SystemExit("有一个进程没有起来，原因见上面的提示。")
            if time.monotonic() > deadline:
                raise SystemExit(f"{address} 在 {START_SECONDS:.0f} 秒内没有答复。")
            time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as response:  # noqa: S310 - loopback http only
            return bool(response.status == 200)  # noqa: PLR2004 - HTTP OK
    except (urllib.error.URLError, OSError):
        return False
