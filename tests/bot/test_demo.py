"""What `make run` runs: it starts, keeps what was done, and leaves nothing behind."""

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import psutil
import pytest

from tests.bot.demonstration import PATIENCE, Demonstration, demonstrated, free_pair, start
from tests.chat import User

WANG = "demo-wang-jianguo"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """A demo that is in the way of another one."""
    with demonstrated(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


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
