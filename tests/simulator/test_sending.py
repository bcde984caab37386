"""The platform's API: tokens, windows, credits, templates, menu, media, QR codes, followers, OAuth."""

import asyncio
import io

import aiohttp
import pytest

from simulator.checks.template import VALUES
from simulator.config import AccountKind
from simulator.samples import sample
from tests.simulator.world import APPID, REMINDER_DATA, SECRET, Heard, world
from tests.simulator.wrong_calls import authorize

CASES = [
    ("thing", "二十个字" * 5, "二十个字" * 5 + "多"),
    ("character_string", "GC26-0000178", "编号178"),
    ("phrase", "已经采纳了", "已经采纳了吗"),
    ("name", "欧阳娜娜", "一二三四五六七八九十多"),
    ("phone_number", "+86-010-12345678", "010-1234567890-123"),
    ("time", "2026年10月1日 15:01", "明天下午"),
    ("date", "2026-10-01", "国庆"),
    ("amount", "¥35000.00元", "三万五"),
    ("number", "-12.5", "一"),
    ("letter", "abc", "abc1"),
    ("symbol", "!!!", "abc"),
    ("car_number", "粤A12345", "粤A12345678"),
    ("const", "进行中", ""),
]
"""Kinds of template values: one that is right, one that is not."""


async def test_stable_token_is_the_same_until_its_last_five_minutes() -> None:
    async with world() as here:
        first = await here.fetches_token()
        assert (first["expires_in"], len(first["access_token"])) == (7200, 512)
        here.clock.moves(6000)
        again = await here.fetches_token()
        assert (again["access_token"], again["expires_in"]) == (first["access_token"], 1200)
        here.clock.moves(950)
        renewed = await here.fetches_token()
        assert renewed["access_token"] != first["access_token"]
        assert renewed["expires_in"] == 7200


async def test_old_and_new_token_are_both_good_for_five_minutes() -> None:
    async with world() as here:
        old = (await here.fetches_token())["access_token"]
        new = (await here.fetches_token(force_refresh=True))["access_token"]

        async def errcode(token: str) -> int:
            return int((await here.get("/cgi-bin/user/get", access_token=token)).get("errcode", 0))

        here.clock.moves(299)
        assert [await errcode(old), await errcode(new)] == [0, 0]
        here.clock.moves(2)
        assert [await errcode(old), await errcode(new)] == [40001, 0]
        here.clock.moves(7200)
        assert [await errcode(old), await errcode(new)] == [42001, 42001]


async def test_the_older_token_api_gives_a_new_one_every_time() -> None:
    async with world() as here:
        query = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET}
        first, second = [await here.get("/cgi-bin/token", **query) for _ in range(2)]
        assert first["access_token"] != second["access_token"]
        await here.session.delete(f"{here.url}/sim/tokens")
        assert (await here.get("/cgi-bin/menu/get", access_token=second["access_token"]))["errcode"] == 40001


async def test_five_messages_within_two_days_of_writing() -> None:
    async with world() as here:
        assert await here.sends("wang", "没人说话") == 45015
        await here.says("wang", "在吗")
        here.clock.moves(48 * 3600 - 1)
        assert [await here.sends("wang", str(number)) for number in range(6)] == [0] * 5 + [45047]
        await here.says("wang", "还在吗")
        assert await here.sends("wang", "又可以了") == 0
        here.clock.moves(48 * 3600)
        assert await here.sends("wang", "两天过去了") == 45015


@pytest.mark.parametrize(("what", "asked"), [("clicks", {"key": "菜单"}), ("scans", {"scene": "a"}), ("follows", {})])
async def test_three_messages_within_a_minute_of_touching(what: str, asked: dict[str, str]) -> None:
    async with world() as here:
        await here.does("wang", what, **asked)
        assert [await here.sends("wang", str(number)) for number in range(4)] == [0] * 3 + [45047]
        here.clock.moves(60)
        assert await here.sends("wang", "一分钟过去了") == 45015


async def test_what_is_sent_reaches_the_chat() -> None:
    async with world() as here:
        await here.says("wang", "在吗")
        medium = here.platform.media.keep("image", sample("image", 1), here.clock())
        article = {"title": "标题", "description": "说明", "url": "https://example.com/", "picurl": ""}
        choice = {"head_content": "满意吗", "list": [{"id": "101", "content": "满意"}], "tail_content": "谢谢"}
        for body in (
            {"msgtype": "image", "image": {"media_id": medium.media_id}},
            {"msgtype": "news", "news": {"articles": [article]}},
            {"msgtype": "msgmenu", "msgmenu": choice},
        ):
            assert (await here.calls("message/custom/send", {"touser": "wang", **body}))["errcode"] == 0
        image, news, menu = (await here.inbox("wang"))[-3:]
        assert image["url"].endswith(medium.media_id)
        assert news["articles"][0]["title"] == "标题"
        assert menu["taps"] == [{"label": "满意", "content": "满意", "id": "101"}]
        assert menu["shown"] == "满意吗\n满意\n谢谢"
        assert {image["via"], news["via"], menu["via"]} == {"customer-service"}


async def test_a_template_reaches_the_chat_and_its_end_is_reported() -> None:
    async with world() as here:
        sent = await here.reminds("wang")
        heard = await here.hears("TEMPLATESENDJOBFINISH")
        assert (heard.fields["MsgID"], heard.fields["Status"]) == (str(sent["msgid"]), "success")
        (line,) = await here.inbox("wang")
        assert (line["kind"], line["via"], line["title"]) == ("template", "template", "交表提醒")
        assert line["rows"][0] == {"label": "表单", "value": "综合观察表"}
        await here.post("/sim/faults", {"status_event": "failed:user block"})
        await here.reminds("wang")
        for _ in range(100):
            if len(here.bot.heard) == 2:
                break
            await asyncio.sleep(0.01)
        assert here.bot.heard[-1].fields["Status"] == "failed:user block"


async def test_the_same_client_msg_id_sends_once_in_ten_minutes() -> None:
    async with world() as here:
        first, again = [await here.reminds("wang", client_msg_id="delivery-1") for _ in range(2)]
        other = await here.reminds("li", client_msg_id="delivery-1")
        assert again == first
        assert other["msgid"] != first["msgid"]
        here.clock.moves(600)
        assert (await here.reminds("wang", client_msg_id="delivery-1"))["msgid"] != first["msgid"]
        assert len(await here.inbox("wang")) == 2


@pytest.mark.parametrize(("kind", "right", "wrong"), CASES)
async def test_values_of_templates_by_their_kind(kind: str, right: str, wrong: str) -> None:
    async with world() as here:
        template = {"template_id": "t", "title": "标题", "content": f"一行：{{{{{kind}1.DATA}}}}"}
        assert (await here.post("/sim/templates", template))["keys"] == [f"{kind}1"]
        answers = [
            await here.reminds("wang", template_id="t", data={f"{kind}1": {"value": value}}) for value in (right, wrong)
        ]
        assert [answer["errcode"] for answer in answers] == [0, 47003]


def test_every_kind_of_value_is_tested() -> None:
    assert {kind for kind, _, _ in CASES} == set(VALUES)


async def test_an_account_has_at_most_25_templates() -> None:
    async with world() as here:
        answers = [
            await here.post("/sim/templates", {"template_id": f"t{number}", "title": "t", "content": "x"})
            for number in range(25)
        ]
        assert ["error" in answer for answer in answers] == [False] * 24 + [True]
        assert len((await here.calls("template/get_all_private_template"))["template_list"]) == 25


async def test_a_tick_is_one_notification() -> None:
    async with world() as here:
        assert (await here.notifies("wang"))["errcode"] == 43101
        await here.does("wang", "ticks", template_id="notice")
        await here.does("wang", "ticks", template_id="notice", accepts=False)
        assert [(await here.notifies("wang"))["errcode"] for _ in range(2)] == [0, 43101]
        await here.hears("subscribe_msg_sent_event")
        assert (await here.inbox("wang"))[-1]["via"] == "subscribe"


async def test_who_left_cannot_be_reached() -> None:
    async with world() as here:
        await here.says("wang", "在吗")
        await here.does("wang", "unfollows")
        assert await here.sends("wang", "别走") == 43004
        assert (await here.reminds("wang"))["errcode"] == 43004
        assert (await here.calls("user/info", openid="wang")) == {"subscribe": 0, "openid": "wang"}


@pytest.mark.parametrize(("account", "errcode"), [("service", 0), ("test", 0), ("subscription", 48001)])
async def test_templates_are_for_service_and_test_accounts(account: AccountKind, errcode: int) -> None:
    async with world(account=AccountKind(account)) as here:
        assert (await here.reminds("wang"))["errcode"] == errcode


async def test_daily_quotas_begin_anew_at_midnight_in_shanghai() -> None:
    async with world(daily={"message/template/send": 1}) as here:
        here.clock.now = 1_793_635_190.0  # ten seconds before midnight in Shanghai
        assert [(await here.reminds("wang"))["errcode"] for _ in range(2)] == [0, 45009]
        here.clock.moves(11)
        assert (await here.reminds("wang"))["errcode"] == 0


async def test_the_menu_is_kept_and_deleted() -> None:
    async with world() as here:
        assert (await here.calls("menu/get"))["errcode"] == 46003
        click = {"type": "click", "name": "我的任务", "key": "我的任务"}
        menu = {"button": [click, {"name": "更多", "sub_button": [click] * 5}]}
        assert (await here.calls("menu/create", menu))["errcode"] == 0
        kept = (await here.calls("menu/get"))["menu"]["button"]
        assert [button["name"] for button in kept] == ["我的任务", "更多"]
        assert len(kept[1]["sub_button"]) == 5
        assert (await here.get("/sim/account"))["menu"]["button"] == kept
        assert (await here.calls("menu/delete"))["errcode"] == 0
        assert (await here.calls("menu/get"))["errcode"] == 46003


async def test_media_go_up_and_come_down() -> None:
    async with world() as here:
        content = sample("image", 3)
        await here.calls("menu/get")
        form = aiohttp.FormData()
        form.add_field("media", io.BytesIO(content), filename="a.png")
        url = f"{here.url}/cgi-bin/media/upload?access_token={here.token}&type=image"
        async with here.session.post(url, data=form) as response:
            up = await response.json(content_type=None)
        assert up["created_at"] == int(here.clock())
        url = f"{here.url}/cgi-bin/media/get?access_token={here.token}&media_id={up['media_id']}"
        async with here.session.get(url) as response:
            assert (response.content_type, await response.read()) == ("image/jpeg", content)
        here.clock.moves(3 * 86400)
        async with here.session.get(f"{here.url}/sim/media/{up['media_id']}") as response:
            assert response.status == 404


async def test_an_uploaded_picture_can_be_a_reply() -> None:
    media_id = ""

    def say(heard: Heard) -> str:
        return heard.reply("image", f"<Image><MediaId>{media_id}</MediaId></Image>")

    async with world(say) as here:
        media_id = here.platform.media.keep("image", sample("image", 1), here.clock()).media_id
        (reply,) = await here.says("wang", "图")
        assert (reply["kind"], reply["media_id"]) == ("image", media_id)
        assert await here.violations() == []


async def test_qr_codes_bring_people_with_their_scene() -> None:
    async with world() as here:
        body = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "unit-7"}}}
        made = await here.calls("qrcode/create", {**body, "expire_seconds": 3600})
        assert made["expire_seconds"] == 3600
        await here.does("away", "scans", scene="unit-7")
        assert here.bot.heard[0].fields["EventKey"] == "qrscene_unit-7"
        assert here.bot.heard[0].fields["Ticket"] == made["ticket"]
        info = await here.calls("user/info", openid="away")
        assert (info["subscribe"], info["qr_scene_str"]) == (1, "unit-7")
        async with here.session.get(f"{here.url}/cgi-bin/showqrcode", params={"ticket": made["ticket"]}) as response:
            assert response.content_type == "image/jpeg"
        async with here.session.get(f"{here.url}/cgi-bin/showqrcode?ticket=other") as response:
            assert response.status == 404


async def test_followers_come_in_pages() -> None:
    async with world() as here:
        for number in range(10_000):
            here.platform.person(f"p{number:05d}")
        first = await here.calls("user/get")
        assert (first["total"], first["count"], first["next_openid"]) == (10_002, 10_000, "p09997")
        rest = await here.calls("user/get", next_openid="p09997")
        assert rest["data"]["openid"] == ["p09998", "p09999"]
        assert (await here.calls("user/get", next_openid="p09999"))["count"] == 0


async def test_oauth_tells_a_web_page_who_it_is_once() -> None:
    async with world() as here:
        code = await authorize(here, "snsapi_base")
        query = {"appid": APPID, "secret": SECRET, "code": code, "grant_type": "authorization_code"}
        first, second = [await here.get("/sns/oauth2/access_token", **query) for _ in range(2)]
        assert (first["openid"], first["scope"]) == ("wang", "snsapi_base")
        assert second["errcode"] == 40163


async def test_oauth_asks_whose_phone_it_is_when_there_is_none() -> None:
    async with world() as here:
        query = {"appid": APPID, "redirect_uri": "http://127.0.0.1:1/", "response_type": "code", "scope": "snsapi_base"}
        url = f"{here.url}/connect/oauth2/authorize"
        async with here.session.get(url, params=query) as response:
            assert "王建国" in await response.text()
        cookies = {"sim_openid": "li"}
        async with here.session.get(url, params=query, cookies=cookies, allow_redirects=False) as response:
            assert response.headers["Location"].startswith("http://127.0.0.1:1/?code=0")
        async with here.session.get(url, params={**query, "redirect_uri": "javascript:1"}) as response:
            assert response.status == 400


async def test_what_the_wire_shows_has_no_secrets() -> None:
    async with world() as here:
        await here.reminds("wang", data=REMINDER_DATA)
        shown = str(await here.get("/sim/wire"))
        assert "综合观察表" in shown
        assert SECRET not in shown
        assert here.token not in shown
