"""The `qingfeng` command as an operator uses it, in processes of its own, against the simulator."""

import asyncio
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from typer.main import get_command

from bot.cli import app
from bot.doctor import days_off
from bot.menu import BUTTONS, SCAN
from bot.wechat.limits import (
    MENU_BUTTONS,
    MENU_KEY_BYTES,
    MENU_NAME_BYTES,
    MENU_SUB_BUTTONS,
    MENU_SUB_NAME_BYTES,
)
from handlers import words
from handlers.messages.kinds import announced
from handlers.rounds.workdays import WorkCalendar
from tests import forking
from tests.bot.processes import Deployment, deploy, environment
from tests.servers import RedisServer

README = (Path(__file__).parents[2] / "README.md").read_text()


async def qingfeng(deployment: Deployment, *arguments: str, **changed: str) -> tuple[int, str]:
    """Exit status and what was printed; AssertionError when that shows a traceback."""
    ended = await asyncio.to_thread(
        forking.run,
        ["bot.cli", *arguments],
        {**environment(deployment.settings), "COLUMNS": "200", **changed},
    )
    printed = ended.stdout + ended.stderr
    assert "Traceback" not in printed, printed
    return ended.returncode, printed


async def test_an_upgrade_names_the_forms_that_the_group_changed(tmp_path: Path) -> None:
    changed = tmp_path / "changed.md"
    changed.write_text(
        "| survey | type | name | label |\n| | text | only | 只问一句 |\n"
        "| settings | form_title | form_id | 层级 |\n| | 本集团综合观察表 | comprehensive | 综合 |\n"
    )
    async with deploy(tmp_path) as deployment:
        await qingfeng(deployment, "db", "upgrade", "--group", "清源集团")
        status, printed = await qingfeng(deployment, "forms", "publish", str(changed), "--unit", "清源集团")
        assert status == 0, printed
        status, printed = await qingfeng(deployment, "db", "upgrade", "--group", "清源集团")
        assert (status, "本集团改过、保持原样的内置表单：本集团综合观察表" in printed) == (0, True), printed


async def test_a_group_is_set_up_by_commands(tmp_path: Path) -> None:
    """People are registered, get a code, bind with it and see their form."""
    async with deploy(tmp_path) as deployment:
        status, printed = await qingfeng(deployment, "db", "upgrade", "--group", "清源集团")
        assert (status, "没有变化" in printed) == (0, True), printed
        status, printed = await qingfeng(
            deployment,
            *("people", "add", "钱进", "--number", "7", "--unit", "清源集团/五公司", "--new-unit"),
            *("--level", "comprehensive"),
        )
        assert status == 0, printed
        code = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", printed)
        assert code, printed
        bot = deployment.bot()
        bot.start()
        await bot.wait_ready(deployment.session)
        user = deployment.user("qian")
        await user.says(code.group())
        user.sees("五公司")
        await user.says("确认")
        await user.says("综合观察表")
        user.sees("第 1/")
        status, printed = await qingfeng(deployment, "people", "invite", "7", "--unbind")
        code = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", printed)
        assert (status, bool(code)) == (0, True), printed
        assert "（工号 7）新的绑定码" in printed, printed
        await user.says("预览")
        user.sees_not("总体")
        new_phone = deployment.user("qian-new-phone")
        await new_phone.says(code.group() if code else "")
        await new_phone.says("确认")
        await new_phone.says("继续")
        new_phone.sees("第 1/")
        status, printed = await qingfeng(deployment, "people", "invite", "8")
        assert (status, "没有工号" in printed) == (2, True), printed


async def test_wrong_words_are_told(tmp_path: Path) -> None:
    """An unknown level, an empty unit."""
    async with deploy(tmp_path) as deployment:
        status, printed = await qingfeng(
            deployment, "people", "add", "钱进", "--number", "7", "--unit", "清源集团", "--level", "weekly"
        )
        assert (status, "weekly" in printed) == (2, True), printed
        status, printed = await qingfeng(deployment, "people", "add", "钱进", "--number", "7", "--unit", " / ")
        assert status == 2, printed


async def test_the_doctor_finds_what_is_wrong(tmp_path: Path) -> None:
    """All well beside a running bot; a wrong secret, a dead bot and records that were never made are named."""
    async with deploy(tmp_path) as deployment:
        status, printed = await qingfeng(deployment, "doctor")
        assert (status, "回调" in printed) == (1, True), printed
        bot = deployment.bot()
        bot.start()
        await bot.wait_ready(deployment.session)
        status, printed = await qingfeng(deployment, "doctor")
        assert (status, "有问题" in printed) == (0, False), printed
        status, printed = await qingfeng(deployment, "doctor", QF_WECHAT_SECRET="wrong")
        assert (status, "AppSecret" in printed) == (1, True), printed
        status, printed = await qingfeng(deployment, "doctor", QF_WECHAT_TOKEN="other")
        assert (status, "Token" in printed) == (1, True), printed
        missing = f"sqlite+aiosqlite:///{tmp_path / 'none.db'}"
        status, printed = await qingfeng(deployment, "doctor", QF_DATABASE_URL=missing)
        assert (status, "db upgrade" in printed) == (1, True), printed


@pytest.mark.parametrize(
    ("left", "state", "says"),
    [(91, "正常", "已知到"), (90, "注意", "还有 90 天"), (0, "注意", "还有 0 天"), (-1, "有问题", "已经用完")],
)
def test_days_off_that_run_out_are_no_good_news(left: int, state: str, says: str) -> None:
    """The text said so under 正常, which nobody reads on."""
    calendar = WorkCalendar()
    found = days_off(calendar, calendar.known_until - timedelta(days=left))
    assert state in found.state and says in found.advice
    assert found.well is (left >= 0), "it is no fault yet: the exit status stays 0"


async def test_the_doctor_refuses_a_redis_that_forgets(tmp_path: Path) -> None:
    """Without AOF, or with an eviction policy, conversations would be lost."""
    server = RedisServer("--appendonly", "no", "--maxmemory-policy", "allkeys-lru")
    server.start()
    try:
        async with deploy(tmp_path, conversations_url=server.url) as deployment:
            status, printed = await qingfeng(deployment, "doctor")
            assert status == 1
            assert "appendonly" in printed
            assert "noeviction" in printed
    finally:
        server.close()


async def test_the_menu_is_pushed(tmp_path: Path) -> None:
    """The simulator has it afterwards; a tap on it is the same as the typed word."""
    async with deploy(tmp_path) as deployment:
        status, printed = await qingfeng(deployment, "menu", "push")
        assert status == 0, printed
        bot = deployment.bot()
        bot.start()
        await bot.wait_ready(deployment.session)
        typed, tapped = deployment.user("one"), deployment.user("two")
        for _, below in BUTTONS:
            for _, key in below:
                assert await typed.says(key) == await tapped.clicks(key)


async def test_without_wechat_a_command_says_so(tmp_path: Path) -> None:
    """One line and exit status 1."""
    async with deploy(tmp_path) as deployment:
        status, printed = await qingfeng(deployment, "menu", "push", QF_WECHAT_API_BASE="http://127.0.0.1:9")
        assert (status, "微信接口" in printed) == (1, True), printed


def test_the_menu_keeps_to_the_limits() -> None:
    """WECHAT.md, Sending: 3×5, names and keys in bytes; and every key is a word that is understood."""
    assert len(BUTTONS) <= MENU_BUTTONS
    for name, below in BUTTONS:
        assert len(name.encode()) <= MENU_NAME_BYTES
        assert len(below) <= MENU_SUB_BUTTONS
        for label, key in below or ((name, name),):
            assert len(label.encode()) <= MENU_SUB_NAME_BYTES
            assert len(key.encode()) <= MENU_KEY_BYTES
            assert key == SCAN or words.hear(key).word is not None or announced(key)


def test_every_command_of_the_readme_exists() -> None:
    """The table for people and the code agree."""
    documented = set(re.findall(r"^\| `qingfeng ([a-z -]+?)(?: [A-Z].*)?` \|", README, re.MULTILINE))
    existing = set()
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]  # a group has commands
        below = getattr(command, "commands", None)
        existing |= {f"{name} {other}" for other in below} if below else {name}
    assert documented == existing


@pytest.mark.parametrize("command", [["serve"], ["doctor"], ["menu", "push"], ["db", "upgrade"]])
def test_missing_settings_are_named(command: list[str], tmp_path: Path) -> None:
    """Every command that needs settings names what is missing."""
    ended = subprocess.run(
        [sys.executable, "-m", "bot.cli", *command],
        env={"PATH": "/usr/bin:/bin", "QF_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 2
    assert "QF_WECHAT_TOKEN" in ended.stdout
