"""Processes: a graceful stop finishes turns, one process owns a SQLite file, several share one port with servers."""

import asyncio
import json
import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from tests import forking
from tests.bot.processes import deploy, environment, status_of
from tests.servers import PostgresServer, RedisServer
from tests.walk import WEAK_POINT, fill

PEOPLE_AT_ONCE = 200


async def test_a_stop_finishes_turns_in_flight(tmp_path: Path) -> None:
    """SIGTERM while people are being answered: everybody gets their answer, the process ends with 0."""
    async with deploy(tmp_path) as deployment:
        bot = deployment.bot("tests.bot.slow_worker")
        bot.start()
        await bot.wait_ready(deployment.session)
        users = [deployment.user(f"stranger-{number}") for number in range(30)]
        answers = [asyncio.create_task(user.says("菜单")) for user in users]
        await asyncio.sleep(0.8)  # all are being answered: the worker takes its time
        assert bot.process is not None
        bot.process.terminate()
        await asyncio.gather(*answers)
        assert await asyncio.to_thread(bot.process.wait, 20) == 0
        assert all("绑定" in user.seen for user in users), [user.seen for user in users]
        assert "Traceback" not in bot.log.read_text()


async def test_a_second_process_is_refused(tmp_path: Path) -> None:
    """The SQLite file has one owner; the second says so, names it, and never binds the port."""
    async with deploy(tmp_path) as deployment:
        first, second = deployment.bot(), deployment.bot()
        first.start()
        await first.wait_ready(deployment.session)
        second.start()
        assert second.process is not None
        assert await asyncio.to_thread(second.process.wait, 20) == 3
        said = second.log.read_text()
        assert first.process is not None
        assert "conversations.db" in said.replace("\n", "")
        assert str(first.process.pid) in said
        assert "Traceback" not in said
        assert await status_of(deployment.session, deployment.settings, "/healthz") == 200


async def test_a_wrong_setting_ends_the_start(tmp_path: Path) -> None:
    """Exit status 2 and the variable's name."""
    async with deploy(tmp_path) as deployment:
        wrong = {**environment(deployment.settings), "QF_WECHAT_AES_KEY": "short"}
        bot = deployment.bot()
        ended = await asyncio.to_thread(forking.run, bot.command, wrong)
        assert ended.returncode == 2
        assert "QF_WECHAT_AES_KEY" in ended.stdout
        assert "Traceback" not in ended.stdout + ended.stderr


async def test_several_workers_share_a_port(
    tmp_path: Path, redis_server: RedisServer, postgres_server: PostgresServer
) -> None:
    """Two workers answer 200 people at once, one is killed and replaced, and all ends with the parent."""
    redis_server.flush()
    redis, postgres = redis_server.url, postgres_server.database()
    async with deploy(tmp_path, workers=2, conversations_url=redis, database_url=postgres) as deployment:
        bot = deployment.bot()
        bot.start()
        await bot.wait_ready(deployment.session)
        assert bot.process is not None
        parent = psutil.Process(bot.process.pid)
        workers = await _children(parent, 2)
        users = [deployment.user(f"stranger-{number}") for number in range(PEOPLE_AT_ONCE)]
        await asyncio.gather(*(user.says("菜单") for user in users))
        assert all("绑定" in user.seen for user in users)
        os.kill(workers[0].pid, signal.SIGKILL)
        await _children(parent, 2, without=workers[0].pid)
        await fill(deployment.user("wang"))
        async with deployment.session.get(f"http://127.0.0.1:{deployment.settings.port}/metrics") as response:
            assert "qingfeng_turns_total" in await response.text()
        assert await asyncio.to_thread(bot.stop) == 0
        assert not [worker for worker in workers if worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE]
        assert await deployment.violations() == []


async def test_logs_hold_neither_texts_nor_openids(tmp_path: Path) -> None:
    """What operators read names nobody and quotes nobody, also when a message is refused or a form is filled."""
    async with deploy(tmp_path) as deployment:
        bot = deployment.bot()
        bot.start()
        await bot.wait_ready(deployment.session)
        user = deployment.user("wang")
        await fill(user)
        await user.says("提交")
        await deployment.user("stranger-with-a-name").says("这是一句悄悄话")
        await asyncio.to_thread(bot.stop)
        printed = bot.log.read_text()
        events = [json.loads(line).get("event") for line in printed.splitlines() if line.startswith("{")]
        assert events.count("callback") >= 20
        for secret in (WEAK_POINT, "悄悄话", "wang", "stranger-with-a-name", "王建国", "GC26-"):
            assert secret not in printed


async def _children(parent: psutil.Process, count: int, without: int = 0) -> list[psutil.Process]:
    """The worker processes once there are `count` of them."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        found = [
            child for child in parent.children() if child.pid != without and child.status() != psutil.STATUS_ZOMBIE
        ]
        if len(found) >= count:
            return found
        await asyncio.sleep(0.1)
    pytest.fail("the workers did not start")
