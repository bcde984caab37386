"""One token for all: fetched by one worker at a time, replaced once when refused, never in a loop."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack

import pytest

from bot.wechat import token as token_module
from bot.wechat.client import WeChat
from bot.wechat.errors import Action, Scope, SendError
from bot.wechat.token import AccessToken
from storage.conversations.contract import Shared, StoreUnavailable
from tests.bot.wechat.account import APPID, OPENID
from tests.bot.wechat.conftest import calling
from tests.bot.wechat.platform import Platform, answers, errs, says

CUSTOM = "message/custom/send"
NAME = f"wechat:token:{APPID}"
TwoShared = tuple[Shared, Shared]


async def test_two_workers_with_many_tasks_fetch_one_token(platform: Platform, two_shared: TwoShared) -> None:
    platform.pause = 0.1
    async with calling(platform, two_shared[0]) as one, calling(platform, two_shared[1]) as other:
        tokens = await asyncio.gather(*(wechat.token() for wechat in [one, other] * 20))
    assert set(tokens) == {"T1"}
    assert platform.count("stable_token") == 1


async def test_two_workers_replace_a_refused_token_once(platform: Platform, two_shared: TwoShared) -> None:
    platform.pause = 0.1
    async with calling(platform, two_shared[0]) as one, calling(platform, two_shared[1]) as other:
        await asyncio.gather(one.token(), other.token())
        platform.token = "T2"
        await asyncio.gather(*(wechat.message.send_text(OPENID, "您好") for wechat in [one, other] * 10))
    assert platform.count("stable_token") == 2
    assert platform.count(CUSTOM) == 40
    assert await two_shared[0].get(NAME) == "T2"


async def test_a_token_that_another_worker_has_replaced_is_taken_from_the_store(
    platform: Platform, shared: Shared
) -> None:
    async with calling(platform, shared) as wechat:
        assert await wechat.token() == "T1"
        platform.token = "T2"
        await shared.put(NAME, "T2", 60)
        await wechat.message.send_text(OPENID, "您好")
    assert (platform.count(CUSTOM), platform.count("stable_token")) == (2, 1)


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_persistent_refusal_ends_after_one_refresh_and_one_more_sending(
    platform: Platform, wechat: WeChat, errcode: int
) -> None:
    platform.always[CUSTOM] = errs(errcode)
    with pytest.raises(SendError) as caught:
        await wechat.message.send_text(OPENID, "您好")
    assert (caught.value.errcode, caught.value.action) == (errcode, Action.REFRESH_TOKEN)
    assert (caught.value.scope, caught.value.ambiguous) == (Scope.CHANNEL, False)
    assert (platform.count(CUSTOM), platform.count("stable_token")) == (2, 2)


async def test_a_persistent_refusal_of_an_idempotent_call_is_bounded_too(platform: Platform, wechat: WeChat) -> None:
    platform.scripted["user/info"].extend([errs(-1), errs(-1), errs(40001)])
    platform.always["user/info"] = errs(-1)
    with pytest.raises(SendError):
        await wechat.user.get(OPENID)
    assert (platform.count("user/info"), platform.count("stable_token")) == (6, 2)


async def test_fifty_sendings_with_a_refused_token_make_a_bounded_number_of_calls(
    platform: Platform, wechat: WeChat
) -> None:
    platform.always[CUSTOM] = errs(40001)
    results = await asyncio.gather(
        *(wechat.message.send_text(OPENID, "您好") for _ in range(50)), return_exceptions=True
    )
    assert all(isinstance(result, SendError) for result in results)
    assert platform.count(CUSTOM) == 100
    assert platform.count("stable_token") <= 51


async def test_a_passing_fault_of_the_token_api_is_tried_again_once(platform: Platform, wechat: WeChat) -> None:
    platform.scripted["stable_token"].append(errs(-1))
    assert await wechat.token() == "T1"
    platform.scripted["stable_token"].extend([says(b"", 502), says(b"", 502), errs(-1)])
    platform.token = "T2"
    with pytest.raises(SendError) as caught:
        await wechat.message.send_text(OPENID, "您好")
    assert (caught.value.http_status, caught.value.ambiguous, caught.value.retryable) == (502, False, True)
    assert platform.count("stable_token") == 4


@pytest.mark.parametrize("errcode", [40001, 40013, 40125, 40164, 50002])
async def test_a_refused_secret_stops_the_channel_after_one_call(
    platform: Platform, wechat: WeChat, errcode: int
) -> None:
    platform.always["stable_token"] = errs(errcode)
    with pytest.raises(SendError) as caught:
        await wechat.token()
    assert (caught.value.action, caught.value.errcode) == (Action.CHANNEL_DOWN, errcode)
    assert not caught.value.retryable
    assert platform.count("stable_token") == 1


@pytest.mark.parametrize(
    "strange",
    [
        {},
        {"access_token": ""},
        {"access_token": 1},
        {"access_token": "x", "expires_in": "soon"},
        [],
        "x",
        {"access_token": "x", "expires_in": 0},
        {"access_token": "x", "expires_in": float("nan")},
    ],
)
async def test_an_answer_without_a_token_is_an_error(platform: Platform, wechat: WeChat, strange: object) -> None:
    platform.always["stable_token"] = answers(strange)
    with pytest.raises(SendError, match="token"):
        await wechat.token()


class Recorded:
    """What was put, over the real store."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.lives: dict[str, float] = {}
        self.away: set[str] = set()

    def _try(self, what: str) -> None:
        if what in self.away:
            raise StoreUnavailable(what)

    async def get(self, name: str) -> str | None:
        self._try("get")
        return await self.shared.get(name)

    async def get_all(self, names: Sequence[str]) -> Mapping[str, str]:
        self._try("get")
        return await self.shared.get_all(names)

    async def put(self, name: str, value: str, ttl: float) -> None:
        self._try("put")
        self.lives[name] = ttl
        await self.shared.put(name, value, ttl)

    async def put_if_absent(self, name: str, value: str, ttl: float) -> str | None:
        self._try("put_if_absent")
        return await self.shared.put_if_absent(name, value, ttl)

    async def remove(self, name: str, value: str) -> bool:
        self._try("remove")
        return await self.shared.remove(name, value)

    async def count(self, name: str, ttl: float) -> int:
        return await self.shared.count(name, ttl)

    async def take(self, name: str, rate: float, burst: int, places: int = 1) -> float:
        return await self.shared.take(name, rate, burst, places)


@pytest.mark.parametrize(("life", "ttl"), [(7200, 6900), (99_999, 6900), (361, 61), (300, 60), (40, 20)])
async def test_a_token_is_kept_until_five_minutes_before_its_end(
    platform: Platform, shared: Shared, life: int, ttl: float
) -> None:
    platform.life = life
    recorded = Recorded(shared)
    async with calling(platform, recorded) as wechat:
        await wechat.token()
    assert recorded.lives == {NAME: ttl}


@pytest.mark.parametrize("away", ["get", "put_if_absent"])
async def test_a_store_that_is_away_is_a_retryable_error(platform: Platform, shared: Shared, away: str) -> None:
    recorded = Recorded(shared)
    recorded.away = {away}
    async with calling(platform, recorded) as wechat:
        with pytest.raises(SendError) as caught:
            await wechat.token()
        assert (caught.value.retryable, caught.value.ambiguous) == (True, False)
        recorded.away = set()
        assert await wechat.token() == "T1"


async def test_a_fetched_token_is_used_also_when_it_cannot_be_kept(platform: Platform, shared: Shared) -> None:
    recorded = Recorded(shared)
    recorded.away = {"put", "remove"}
    async with calling(platform, recorded) as wechat:
        assert await wechat.token() == "T1"
        assert await wechat.token() == "T1"
    assert platform.count("stable_token") == 1


async def test_a_cancelled_caller_does_not_take_the_fetch_from_the_others(platform: Platform, shared: Shared) -> None:
    platform.pause = 0.1
    async with calling(platform, shared) as wechat:
        first, second = asyncio.create_task(wechat.token()), asyncio.create_task(wechat.token())
        await asyncio.sleep(0.02)
        first.cancel()
        assert await second == "T1"
        with pytest.raises(asyncio.CancelledError):
            await first
    assert platform.count("stable_token") == 1


async def test_closing_ends_a_fetch_under_way(platform: Platform, shared: Shared) -> None:
    platform.pause = 30
    async with AsyncExitStack() as stack:
        wechat = await stack.enter_async_context(calling(platform, shared))
        waiting = asyncio.create_task(wechat.token())
        await asyncio.sleep(0.05)
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_the_wait_for_a_worker_that_died_is_bounded(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_module, "WAIT_SECONDS", 0.2)
    await shared.put_if_absent(f"wechat:token-lock:{APPID}", "the dead", 30)

    async def never() -> tuple[str, float]:
        raise AssertionError("fetched without the lock")

    with pytest.raises(SendError) as caught:
        await AccessToken(APPID, shared, never).get()
    assert caught.value.retryable


async def test_the_lock_of_a_worker_that_died_ends(shared: Shared) -> None:
    await shared.put_if_absent(f"wechat:token-lock:{APPID}", "the dead", 0.2)

    async def fetch() -> tuple[str, float]:
        return "T9", 7200.0

    assert await AccessToken(APPID, shared, fetch).get() == "T9"


async def test_a_failure_is_shared_by_those_who_wait_for_it(platform: Platform, wechat: WeChat) -> None:
    platform.always["stable_token"] = says(b"", 500)
    results = await asyncio.gather(*(wechat.token() for _ in range(20)), return_exceptions=True)
    assert all(isinstance(result, SendError) for result in results)
    assert platform.count("stable_token") == 2
