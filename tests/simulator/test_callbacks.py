"""Callbacks: what the bot gets, five seconds, three requests, and what the person sees at the end."""

import asyncio
import time

import pytest

from simulator.config import AccountKind, Mode
from tests.simulator.world import ACCOUNT, Answer, Heard, echo, world

NOTICE = "该公众号提供的服务出现故障，请稍后再试"


@pytest.mark.parametrize("mode", Mode)
async def test_a_text_goes_to_the_bot_and_its_reply_to_the_person(mode: Mode) -> None:
    async with world(mode=mode) as here:
        (reply,) = await here.says("wang", "你好 ]]> <b>\n第二行")
        assert (reply["kind"], reply["content"], reply["via"]) == ("text", "听到：你好 ]]> <b>\n第二行", "passive")
        heard = here.bot.heard[0]
        assert heard.fields["ToUserName"] == ACCOUNT
        assert heard.openid == heard.query["openid"] == "wang"
        assert heard.fields["CreateTime"] == "1793600000"
        assert 2**53 < int(heard.fields["MsgId"]) < 2**63
        assert ("msg_signature" in heard.query) == (mode is Mode.SAFE)
        assert await here.violations() == []


async def test_the_inbox_keeps_everything_in_order() -> None:
    async with world() as here:
        await here.says("wang", "一")
        await here.sends("wang", "推送")
        await here.says("wang", "二")
        lines = [(line["direction"], line["via"], line["content"]) for line in await here.inbox("wang")]
        assert lines == [
            ("out", "said", "一"),
            ("in", "passive", "听到：一"),
            ("in", "customer-service", "推送"),
            ("out", "said", "二"),
            ("in", "passive", "听到：二"),
        ]


async def test_success_and_nothing_are_silent() -> None:
    for silence in (b"success", b""):

        def say(heard: Heard, silence: bytes = silence) -> Answer:
            return silence

        async with world(say) as here:
            assert await here.does("wang", "says", text="在吗") == {"replies": [], "requests": 1}
            assert await here.violations() == []


async def test_a_bot_that_answers_only_the_third_request_is_heard_and_asked_with_fresh_nonces() -> None:
    async def slow(heard: Heard) -> Answer:
        if heard.number < 3:
            await asyncio.sleep(0.5)
        return heard.text(f"第{heard.number}次")

    async with world(slow, deadline=0.2) as here:
        told = await here.does("wang", "says", text="快点")
        assert told["requests"] == 3
        assert [reply["content"] for reply in told["replies"]] == ["第3次"]
        assert len({heard.fields["MsgId"] for heard in here.bot.heard}) == 1
        assert len({heard.query["nonce"] for heard in here.bot.heard}) == 3
        assert await here.violations() == ["answered", "answered"]
        wire = await here.get("/sim/wire", openid="wang")
        assert [exchange["outcome"] for exchange in wire] == ["timeout", "timeout", "ok"]


async def test_a_bot_that_never_answers_makes_the_person_see_the_notice() -> None:
    async def asleep(heard: Heard) -> Answer:
        await asyncio.sleep(0.5)
        return b""

    async with world(asleep, deadline=0.1) as here:
        told = await here.does("wang", "says", text="快点")
        assert [(reply["kind"], reply["content"]) for reply in told["replies"]] == [("fault", NOTICE)]
        assert told["requests"] == len(here.bot.heard) == 3


async def test_a_bot_that_is_not_there_makes_the_person_see_the_notice() -> None:
    async with world(callback="http://127.0.0.1:9/wechat") as here:
        told = await here.does("wang", "says", text="有人吗")
        assert [reply["kind"] for reply in told["replies"]] == ["fault"]
        assert told["requests"] == 3


async def test_events_have_their_fields_and_no_message_id() -> None:
    async with world() as here:
        await here.does("away", "scans", scene="unit-7")
        await here.does("away", "scans", scene="unit-8")
        await here.does("away", "clicks", key="综合观察表")
        await here.does("away", "views", url="https://example.com/")
        await here.does("away", "unfollows")
        await here.does("away", "follows")
        await here.does("away", "events", Event="something_new", Extra={"A": "1"})
        seen = [(heard.fields["Event"], heard.fields.get("EventKey")) for heard in here.bot.heard]
        assert seen == [
            ("subscribe", "qrscene_unit-7"),
            ("SCAN", "unit-8"),
            ("CLICK", "综合观察表"),
            ("VIEW", "https://example.com/"),
            ("unsubscribe", ""),
            ("subscribe", ""),
            ("something_new", None),
        ]
        assert all("MsgId" not in heard.fields for heard in here.bot.heard)


async def test_the_same_click_twice_is_never_in_the_same_second() -> None:
    async with world() as here:
        for _ in range(3):
            await here.does("wang", "clicks", key="菜单")
        assert len({heard.fields["CreateTime"] for heard in here.bot.heard}) == 3


async def test_a_tap_carries_its_id_and_is_found_by_what_it_says() -> None:
    link = '请选：<a href="weixin://bizmsgmenu?msgmenucontent=%E4%B8%80%26%E4%BA%8C&msgmenuid=7">第一项</a>'

    def say(heard: Heard) -> Answer:
        return heard.text(link)

    async with world(say) as here:
        (reply,) = await here.says("wang", "菜单")
        assert reply["taps"] == [{"label": "第一项", "content": "一&二", "id": "7"}]
        assert reply["shown"] == "请选：第一项"
        await here.does("wang", "taps", content="第一项")
        assert here.bot.heard[-1].fields["Content"] == "一&二"
        assert here.bot.heard[-1].fields["bizmsgmenuid"] == "7"
        await here.does("wang", "taps", content="别的", id="9")
        assert here.bot.heard[-1].fields["bizmsgmenuid"] == "9"
        assert "no tap" in (await here.does("wang", "taps", content="没有"))["error"]


async def test_a_test_account_sends_no_tap_id() -> None:
    async with world(account=AccountKind.TEST) as here:
        await here.does("wang", "taps", content="一", id="1")
        assert "bizmsgmenuid" not in here.bot.heard[0].fields


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("image", {"PicUrl", "MediaId"}),
        ("voice", {"Format", "MediaId", "Recognition"}),
        ("video", {"MediaId", "ThumbMediaId"}),
        ("shortvideo", {"MediaId", "ThumbMediaId"}),
        ("location", {"Location_X", "Location_Y", "Scale", "Label"}),
        ("link", {"Title", "Description", "Url"}),
    ],
)
async def test_other_things_that_people_send(kind: str, wanted: set[str]) -> None:
    async with world() as here:
        told = await here.does("wang", "sends", type=kind)
        assert told == {"replies": [], "requests": 1}
        fields = here.bot.heard[0].fields
        assert fields["MsgType"] == kind
        assert wanted <= fields.keys()
        if "MediaId" in fields:
            async with here.session.get(f"{here.url}/sim/media/{fields['MediaId']}") as response:
                assert response.status == 200
                assert await response.read()


async def test_who_does_not_follow_cannot_write_and_unknown_people_are_made() -> None:
    async with world() as here:
        assert "follow" in (await here.does("away", "says", text="在吗"))["error"]
        assert (await here.says("new-openid", "在吗"))[0]["content"] == "听到：在吗"
        made = await here.post("/sim/people", {"name": "赵敏", "note": "项目部"})
        people = await here.get("/sim/people")
        assert [person["name"] for person in people] == ["王建国", "李芳", "路人", "用户enid", "赵敏"]
        assert made["openid"] in {person["openid"] for person in people}


async def test_several_messages_of_one_person_are_under_way_at_once() -> None:
    under_way = asyncio.Barrier(10)

    async def slow(heard: Heard) -> Answer:
        await under_way.wait()
        return heard.text(heard.fields["Content"])

    async with world(slow, deadline=5.0) as here:
        answers = await asyncio.gather(*(here.says("wang", f"第{number}条") for number in range(10)))
        assert [answer[0]["content"] for answer in answers] == [f"第{number}条" for number in range(10)]


async def test_two_hundred_people_at_once() -> None:
    async with world(deadline=5.0) as here:
        answers = await asyncio.gather(*(here.says(f"person-{number}", f"我是{number}") for number in range(200)))
        assert [answer[0]["content"] for answer in answers] == [f"听到：我是{number}" for number in range(200)]
        assert await here.violations() == []


async def test_the_url_check_and_what_it_costs_a_message() -> None:
    async with world() as here:
        assert (await here.post("/sim/url-check", {}))["ok"]
        await here.says("wang", "热身")
        started = time.thread_time()
        for _ in range(50):
            await here.says("wang", "一句话")
        assert (time.thread_time() - started) / 50 < 0.05, "of the processor: two milliseconds on a quick machine"


async def test_the_wire_shows_both_sides_of_a_message() -> None:
    async with world(echo) as here:
        await here.says("wang", "给我看报文")
        (line,) = [line for line in await here.inbox("wang") if line["direction"] == "out"]
        (exchange,) = await here.get("/sim/wire", openid="wang", cause=str(line["id"]))
        assert "<![CDATA[给我看报文]]>" in exchange["request"]
        assert "msg_signature" in exchange["sent"]
        assert "听到：给我看报文" in exchange["response"]
        assert "<Encrypt>" in exchange["received"]
        assert exchange["status"] == 200
        assert exchange["ms"] > 0
