"""What `make run` runs: it starts, keeps what was done, and leaves nothing behind."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import psutil
import pytest

from bot.demo import KEYS, demo_environment, shell_lines
from tests.bot.demonstration import PATIENCE, Demonstration, demonstrated, free_pair, start
from tests.chat import User

WANG = "demo-wang-jianguo"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """A demo that is in the way of another one."""
    with demonstrated(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.mark.long
async def test_everything_ends_and_what_was_done_is_kept(tmp_path: Path) -> None:
    """A form begun before Ctrl-C goes on after the next start; a closed terminal ends everything too."""
    async with aiohttp.ClientSession() as session:
        with demonstrated(tmp_path) as demo:
            await User(WANG, demo.url, session).says("综合观察表")
            leaves_nothing(demo, signal.SIGINT)
        with demonstrated(tmp_path) as demo:
            wang = User(WANG, demo.url, session)
            await wang.says("总体良好")
            wang.sees("第 2/")
            leaves_nothing(demo, signal.SIGHUP)


@pytest.mark.parametrize("before", [0, 1], ids=["the simulator's", "the bot's"])
def test_a_busy_port_is_named(tmp_path: Path, running: Demonstration, before: int) -> None:
    """Before anything is started."""
    port, log = running.port + 1 - before, tmp_path / "second.log"
    status, printed = ended(start(port, tmp_path / "data", log), log)
    assert (status, "已被占用" in printed, "PORT=" in printed) == (1, True, True), printed


def test_a_folder_in_use_is_named(tmp_path: Path, running: Demonstration) -> None:
    """Two demos on one folder: the second one says so and ends with all that it started."""
    log = tmp_path / "second.log"
    second = start(free_pair(), running.folder, log)
    started = children(second)
    status, printed = ended(second, log)
    assert (status, "会话库已被占用" in printed) == (1, True), printed
    _, alive = psutil.wait_procs(started, timeout=1)
    assert alive == []
    assert running.process.poll() is None


def leaves_nothing(demo: Demonstration, number: signal.Signals) -> None:
    """AssertionError when the demo, asked to end with this signal, leaves a server behind."""
    servers = demo.servers()
    assert len(servers) == 2
    demo.process.send_signal(number)
    assert demo.process.wait(PATIENCE) == 0
    _, alive = psutil.wait_procs(servers, timeout=1)
    assert alive == []


def ended(process: subprocess.Popen[bytes], log: Path) -> tuple[int, str]:
    """Exit status and what was printed; AssertionError when that shows a traceback."""
    status, printed = process.wait(PATIENCE), log.read_text()
    assert "Traceback" not in printed, printed
    return status, printed


def children(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """What it started, as soon as there is something."""
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        found: list[psutil.Process] = psutil.Process(process.pid).children()
        if found:
            return found
        time.sleep(0.02)
    return []


def test_any_command_runs_on_the_stores_of_a_running_demo(running: Demonstration) -> None:
    """As README.md says, and whatever deployment the shell was set up for before."""
    qingfeng = f"{shlex.quote(sys.executable)} -m bot.cli"
    borrowed = f'eval "$({qingfeng} demo --port {running.port} --data {shlex.quote(str(running.folder))} --env)"'
    listed = shell(f"{borrowed}; {qingfeng} forms list", QF_DATABASE_URL="postgresql+asyncpg://nobody@127.0.0.1:1/x")
    assert (listed.returncode, "综合观察表" in listed.stdout, listed.stderr) == (0, True, "")


def test_without_a_demo_there_is_no_environment(tmp_path: Path) -> None:
    ended = shell(f"{shlex.quote(sys.executable)} -m bot.cli demo --data {shlex.quote(str(tmp_path / 'none'))} --env")
    assert (ended.returncode, ended.stdout, "请先运行一次 make run" in ended.stderr) == (1, "", True)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "kept", ['{"QF_WECHAT_TOKEN": "ab', "", "[]", "{}", '{"QF_WECHAT_TOKEN": 1}', "\udcff"], ids=repr
)
def test_keys_that_were_not_written_to_the_end_are_named(tmp_path: Path, kept: str) -> None:
    keys = tmp_path / KEYS
    keys.write_bytes(kept.encode(errors="surrogateescape"))
    with pytest.raises(SystemExit, match=r"demo-keys\.json 读不出来"):
        shell_lines(tmp_path, 8000, {})
    assert [file.name for file in tmp_path.iterdir()] == [KEYS]


def test_keys_are_written_whole_for_their_owner_alone(tmp_path: Path) -> None:
    made = demo_environment(tmp_path / "new", 8000)
    assert demo_environment(tmp_path / "new", 8000) == made
    assert [(file.name, file.stat().st_mode & 0o777) for file in (tmp_path / "new").iterdir()] == [(KEYS, 0o600)]


def shell(script: str, **changed: str) -> subprocess.CompletedProcess[str]:
    """What a shell makes of a script."""
    environment = {**os.environ, "COLUMNS": "200", **changed}
    return subprocess.run(
        ["/bin/sh", "-c", script], env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
