"""The demo: a made-up group, keys made at the first start, the bot and the WeChat simulator side by side."""

import asyncio
import errno
import json
import os
import secrets
import shlex
import signal
import socket
import string
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from bot.organisation import Member, add_default_rules, add_member, invite, publish_catalog
from bot.settings import Settings
from bot.unit_finding import find_unit
from storage.admin import administer
from storage.database import Database
from storage.upgrade import upgrade
from storage.vocabulary import Level, Role

GROUP = "清源集团"
KEYS = "demo-keys.json"
TEMPLATES = "demo-templates.json"
BROKEN_KEYS = "{keys} 读不出来，可能上次没有写完。请删去它，再运行一次 make run（qingfeng demo）。"
LETTERS = string.ascii_letters + string.digits
KEY_NAMES = frozenset({"QF_WECHAT_TOKEN", "QF_WECHAT_APPID", "QF_WECHAT_SECRET", "QF_WECHAT_AES_KEY"})
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

_CARD = (
    "事项：{{thing1.DATA}}\n时间：{{time2.DATA}}\n单位：{{thing3.DATA}}\n状态：{{phrase4.DATA}}\n备注：{{thing5.DATA}}"
)
_FIELDS = {"thing1": "what", "time2": "due", "thing3": "unit", "phrase4": "state", "thing5": "note"}
ACCOUNT_TEMPLATES = (
    {"template_id": "demo-reminder", "title": "观察表提交提醒", "content": _CARD, "kind": "template"},
    {"template_id": "demo-reminder-notice", "title": "观察表提交提醒（订阅）", "content": _CARD, "kind": "subscribe"},
    {"template_id": "demo-news", "title": "办理进度通知", "content": _CARD, "kind": "template"},
)
"""What the simulated account has registered; demo_environment names them to the bot."""


def demo_environment(folder: Path, port: int) -> dict[str, str]:
    """The environment of bot and simulator; keys are made once, kept in `folder`, readable by its owner. SystemExit
    with a sentence when they cannot be read.
    """
    keys = folder / KEYS
    if not keys.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _make_keys(keys)
    return {
        **_kept_keys(keys),
        "QF_WECHAT_MODE": "safe",
        "QF_WECHAT_API_BASE": f"http://127.0.0.1:{port + 1}",
        "QF_WEB_BASE": f"http://127.0.0.1:{port}",
        "QF_HOST": "127.0.0.1",
        "QF_PORT": str(port),
        "QF_DATA_DIR": str(folder),
        "QF_TEMPLATES": json.dumps(_bot_templates()),
        "QF_LOG_LEVEL": "warning",
    }


def _bot_templates() -> dict[str, object]:
    """Reminders by a subscription notification where somebody has ticked it, else by a template; notices by another."""

    def named(place: int) -> dict[str, object]:
        template = ACCOUNT_TEMPLATES[place]
        return {"id": template["template_id"], "kind": template["kind"], "fields": _FIELDS}

    return {"reminder": [named(0), named(1)], "notice": named(2)}


def _make_keys(keys: Path) -> None:
    """Write new keys; the file is there with all of them or not at all."""
    made = {
        "QF_WECHAT_TOKEN": secrets.token_hex(12),
        "QF_WECHAT_APPID": "wx" + secrets.token_hex(8),
        "QF_WECHAT_SECRET": secrets.token_hex(16),
        "QF_WECHAT_AES_KEY": "".join(secrets.choice(LETTERS) for _ in range(AES_KEY_CHARACTERS)),
    }
    descriptor, written = tempfile.mkstemp(prefix=f"{keys.name}.", dir=keys.parent)  # only its owner may read it
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(made, file)
        Path(written).replace(keys)
    finally:
        Path(written).unlink(missing_ok=True)


def _kept_keys(keys: Path) -> dict[str, str]:
    try:
        kept = json.loads(keys.read_text())
    except (OSError, ValueError):
        kept = None
    if not isinstance(kept, dict) or not all(isinstance(kept.get(name), str) for name in KEY_NAMES):
        raise SystemExit(BROKEN_KEYS.format(keys=keys))
    return kept


def shell_lines(folder: Path, port: int, inherited: Mapping[str, str]) -> str:
    """Lines for a shell to eval, after which any command works on the demo's stores and no longer on those that
    `inherited` names. SystemExit with a sentence when no demo has run in `folder`, or
    its keys cannot be read.
    """
    if not (folder / KEYS).exists():
        raise SystemExit(f"{folder} 里还没有演示数据，请先运行一次 make run（qingfeng demo）。")
    environment = demo_environment(folder, port)
    others = sorted(name for name in inherited if name.startswith("QF_") and name not in environment)
    lines = [f"unset {name}" for name in others if name.isidentifier()]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in environment.items()]
    return "\n".join(lines)


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
            group = await find_unit(database, (GROUP,), "cli:demo")
            await add_default_rules(database, group, now, "cli:demo")
            return await load_group(database, now, ZoneInfo(settings.timezone)) if new else ""

    listed = asyncio.run(load())
    if new:
        people.write_text(listed)
    (settings.data_dir / TEMPLATES).write_text(json.dumps(ACCOUNT_TEMPLATES, ensure_ascii=False, indent=1))
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
            (
                "simulator",
                f"--port={port + 1}",
                f"--callback=http://127.0.0.1:{port}/wechat",
                f"--people={people}",
                f"--templates={people.with_name(TEMPLATES)}",
            ),
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
