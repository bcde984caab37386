"""Every rule of the simulator catches a bot that breaks it, and only that rule."""

import pytest

from simulator.rules import CALL_RULES, REPLY_RULES, RULES, URL_RULE, CallRule, ReplyRule, Verdict
from tests.simulator.world import echo, world
from tests.simulator.wrong_calls import WRONG_CALLS
from tests.simulator.wrong_replies import WRONG_REPLIES


def test_every_rule_has_a_wrong_bot_and_a_source() -> None:
    assert set(WRONG_REPLIES) == {rule.id for rule in REPLY_RULES}
    assert set(WRONG_CALLS) == {rule.id for rule in CALL_RULES}
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.source.split(":")[0] in ("Callback", "Sending", "wechatpy") for rule in RULES)


@pytest.mark.parametrize("rule", REPLY_RULES, ids=lambda rule: rule.id)
async def test_a_wrong_reply_is_caught(rule: ReplyRule) -> None:
    wrong = WRONG_REPLIES[rule.id]
    async with world(wrong.say, **wrong.changes) as here:
        if rule.id == "repeat":
            await here.post("/sim/faults", {"callback": "drop_reply"})
        told = await here.does("wang", "says", text="你好")
        requests = 3 if rule.verdict is Verdict.AGAIN else 2 if rule.id == "repeat" else 1
        assert told["requests"] == requests
        assert await here.violations() == [rule.id] * (3 if rule.verdict is Verdict.AGAIN else 1)
        kinds = [reply["kind"] for reply in told["replies"]]
        assert kinds == (["text"] if rule.verdict is Verdict.RECORDED else ["fault"])
        (found, *_) = await here.get("/sim/violations")
        assert found["openid"] == "wang"
        assert found["detail"]


async def test_a_wrong_answer_to_the_url_check_is_caught() -> None:
    async with world() as here:
        here.bot.echo = lambda echostr: f'"{echostr}"'
        assert not (await here.post("/sim/url-check", {}))["ok"]
        assert await here.violations() == [URL_RULE.id]


@pytest.mark.parametrize("rule", CALL_RULES, ids=lambda rule: rule.id)
async def test_a_wrong_call_is_caught(rule: CallRule) -> None:
    wrong = WRONG_CALLS[rule.id]
    async with world(echo, **wrong.changes) as here:
        answer = await wrong.does(here)
        assert answer.get("errcode", 0) == rule.errcode, answer
        broken = await here.violations()
        assert set(broken) == ({rule.id} if rule.blamed else set()), await here.get("/sim/violations")


async def test_what_no_rule_forbids_is_no_violation() -> None:
    async with world() as here:
        await here.says("wang", "你好")
        assert await here.sends("wang", "一条") == 0
        assert (await here.reminds("wang"))["errcode"] == 0
        assert await here.violations() == []
        assert [rule["rule"] for rule in await here.get("/sim/rules")] == [rule.id for rule in RULES]
