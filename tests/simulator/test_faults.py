"""Faults on demand: errcodes, latency, silence, lost and doubled callbacks, one message overtaking another."""

import asyncio
import time
from typing import Any

import aiohttp
import pytest

from tests.simulator.world import Answer, Heard, World, echo, world


async def ask(here: World, **fault: Any) -> dict[str, Any]:
    """Ask for a fault."""
    return await here.post("/sim/faults", fault)


async def test_an_errcode_for_so_many_calls_after_so_many() -> None:
    async with world() as here:
        await here.says("wang", "在吗")
        await ask(here, api="message/custom/send", errcode=45009, times=2, after=1)
        assert [await here.sends("wang", str(number)) for number in range(4)] == [0, 45009, 45009, 0]
        assert await here.get("/sim/faults") == []
        assert await here.violations() == []


async def test_a_fault_for_one_person_only() -> None:
    async with world() as here:
        await ask(here, api="message/template/send", errcode=43004, openid="li")
        assert [(await here.reminds(openid))["errcode"] for openid in ("wang", "li", "li")] == [0, 43004, 0]


async def test_latency_holds_until_it_is_cleared() -> None:
    async with world() as here:
        await here.says("wang", "在吗")
        await ask(here, api="message/custom/send", latency=0.5)
        for _ in range(2):
            started = time.perf_counter()
            await here.sends("wang", "慢")
            assert time.perf_counter() - started >= 0.5
        assert len(await here.get("/sim/faults")) == 1
        async with here.session.delete(f"{here.url}/sim/faults") as response:
            assert await response.json() == []
        started = time.perf_counter()
        await here.sends("wang", "快")
        assert time.perf_counter() - started < 0.5


async def times_out(here: World, openid: str) -> bool:
    """Whether a template message gets no answer within 0.2 s."""
    try:
        await asyncio.wait_for(here.reminds(openid), 0.2)
    except (TimeoutError, aiohttp.ClientError):
        return True
    return False


@pytest.mark.parametrize(("lost", "arrives"), [("answer", 1), ("request", 0)])
async def test_a_lost_call_was_carried_out_or_not(lost: str, arrives: int) -> None:
    async with world() as here:
        await here.calls("menu/get")
        await ask(here, api="message/template/send", timeout_rate=1, lost=lost, times=1)
        assert await times_out(here, "wang")
        assert len(await here.inbox("wang")) == arrives
        assert not await times_out(here, "wang")


async def test_timeouts_are_random_and_repeatable() -> None:
    async def pattern(seed: int) -> list[bool]:
        async with world(seed=seed) as here:
            await here.calls("menu/get")
            await ask(here, api="message/template/send", timeout_rate=0.5)
            return [await times_out(here, "wang") for _ in range(6)]

    first, second = await pattern(3), await pattern(3)
    assert first == second
    assert any(first)
    assert not all(first)


async def test_an_http_status_in_place_of_an_answer() -> None:
    async with world() as here:
        await here.calls("menu/get")
        await ask(here, status=502)
        async with here.session.get(f"{here.url}/cgi-bin/menu/get?access_token={here.token}") as response:
            assert response.status == 502


async def test_a_dropped_reply_makes_the_platform_ask_again() -> None:
    async with world() as here:
        await ask(here, callback="drop_reply", times=2)
        told = await here.does("wang", "says", text="丢了")
        assert (told["requests"], told["replies"][0]["content"]) == (3, "听到：丢了")
        assert await here.violations() == []
        await ask(here, callback="drop_reply", times=3)
        assert (await here.says("wang", "全丢了"))[0]["kind"] == "fault"


async def test_a_dropped_request_never_reaches_the_bot() -> None:
    async with world() as here:
        await ask(here, callback="drop_request")
        told = await here.does("wang", "says", text="第二次才到")
        assert (told["requests"], len(here.bot.heard)) == (2, 1)


async def test_a_doubled_request_gets_two_answers_that_must_be_the_same() -> None:
    async with world() as here:
        await ask(here, callback="duplicate")
        assert len(await here.says("wang", "两份")) == 1
        assert [heard.fields["Content"] for heard in here.bot.heard] == ["两份", "两份"]
        assert await here.violations() == []

    def moody(heard: Heard) -> Answer:
        return heard.text(str(heard.number))

    async with world(moody) as here:
        await ask(here, callback="duplicate")
        await here.says("wang", "两份")
        assert await here.violations() == ["repeat"]


async def test_a_message_overtakes_another() -> None:
    async with world() as here:
        await ask(here, callback="reorder", openid="wang", seconds=2)
        first = asyncio.create_task(here.says("wang", "先说的"))
        await asyncio.sleep(0.1)
        await here.says("wang", "后说的")
        await first
        assert [heard.fields["Content"] for heard in here.bot.heard] == ["后说的", "先说的"]
        said = [line["content"] for line in await here.inbox("wang") if line["direction"] == "out"]
        assert said == ["先说的", "后说的"]


async def test_a_message_that_nothing_overtakes_goes_on_by_itself() -> None:
    async with world() as here:
        await ask(here, callback="reorder", seconds=0.1)
        assert (await here.says("wang", "一个人"))[0]["content"] == "听到：一个人"


async def test_a_late_callback() -> None:
    async with world() as here:
        await ask(here, callback="delay", seconds=0.2)
        started = time.perf_counter()
        await here.says("wang", "迟到")
        assert time.perf_counter() - started >= 0.2


@pytest.mark.parametrize(
    "fault",
    [{}, {"api": "x"}, {"callback": "explode"}, {"errcode": 1, "colour": "red"}, {"errcode": "x"}, {"times": 2}],
)
async def test_a_fault_that_makes_no_sense_is_refused(fault: dict[str, Any]) -> None:
    async with world() as here:
        assert "error" in await here.post("/sim/faults", fault)


async def test_bad_requests_to_the_simulator_are_told() -> None:
    async with world(echo) as here:
        for path, body in (
            ("people/wang/says", {"text": ""}),
            ("people/wang/says", ["a"]),
            ("people/wang/sends", {"type": "file"}),
            ("people/wang/sends", {"type": "image", "content_base64": "%"}),
            ("people", {}),
            ("people/wang/events", {"Event": "x", "a b": "1"}),
            ("people/wang/events", {"Event": "x", "A": None}),
            ("templates", {"title": "t"}),
        ):
            assert "error" in await here.post(f"/sim/{path}", body)
        async with here.session.post(f"{here.url}/sim/people/wang/says", data=b"{") as response:
            assert response.status == 400
        async with here.session.get(f"{here.url}/sim/wire?cause=x") as response:
            assert response.status == 400
