"""The simulator's parts by themselves: reading texts, XML, the codec, settings, the command, the live updates."""

import asyncio
import json
import os
import re
import sys
import time
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from simulator import limits, xml
from simulator.__main__ import main
from simulator.codec import Codec
from simulator.config import Config, ConfigError, Mode, from_environment, read_people, read_templates
from simulator.text import cut_character, read
from tests.simulator.world import AES_KEY, APPID, CONFIG, SECRET, TOKEN, world

ENVIRON = {
    "QF_WECHAT_TOKEN": TOKEN,
    "QF_WECHAT_APPID": APPID,
    "QF_WECHAT_SECRET": SECRET,
    "QF_WECHAT_AES_KEY": AES_KEY,
}


@pytest.mark.parametrize(
    ("content", "shown", "broken"),
    [
        ("普通的字 <b>x</b> a<b", "普通的字 <b>x</b> a<b", 0),
        ('<a href="https://a.cn/?x=1&amp;y=2">甲</a>', "甲", 0),
        ('<A HREF="https://a.cn">甲</A>', '<A HREF="https://a.cn">甲</A>', 1),
        ("<a href='http://a.cn' data-miniprogram-path=\"p\">甲</a>", "甲", 0),
        ('<a href="javascript:alert(1)">甲</a>', '<a href="javascript:alert(1)">甲</a>', 1),
        ('<a href="https://a.cn">甲', '<a href="https://a.cn">甲', 1),
        ("甲</a>", "甲</a>", 1),
        ('<a href="weixin://bizmsgmenu?msgmenucontent=A B&msgmenuid=1">选</a>', "选", 0),
        ('<a href="weixin://bizmsgmenu?msgmenucontent=甲&乙&msgmenuid=1">选</a>', None, 1),
        ('<a href="weixin://bizmsgmenu?msgmenuid=1&msgmenucontent=甲">选</a>', None, 1),
        ('<a href="weixin://bizmsgmenu?msgmenucontent=他说"好"&msgmenuid=1">选</a>', None, 1),
        ('<a href="https://a.cn"></a>', '<a href="https://a.cn"></a>', 1),
    ],
)
def test_texts_are_read_as_wechat_reads_them(content: str, shown: str | None, broken: int) -> None:
    reading = read(content)
    assert reading.shown == (content if shown is None else shown)
    assert len(reading.broken_links) + len(reading.broken_taps) == broken


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>a/ href=\"'weixin:&?\n甲👩\u200d"), max_size=60))
def test_reading_any_text_loses_nothing_that_is_no_link(content: str) -> None:
    reading = read(content)
    if not any(segment.kind != "text" for segment in reading.segments):
        assert reading.shown == content


@pytest.mark.parametrize(
    ("content", "cut"),
    [
        ("👩\u200d👩\u200d👧 全家", False),
        ("👍🏽", False),
        ("🇨🇳🇫🇷", False),
        ("e\u0301", False),
        ("", False),
        ("👩\u200d", True),
        ("\u200d👧", True),
        ("🏽", True),
        ("\ufe0f字", True),
        ("旗 🇨", True),
        ("🇨🇳🇫", True),
        ("\u0301e", True),
        ("字\ufffd", True),
        ("\ud83d", True),
    ],
)
def test_a_cut_character_is_seen(content: str, cut: bool) -> None:
    assert (cut_character(content) is not None) == cut


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_xml_comes_back_as_it_went(text: str) -> None:
    sent = re.sub(r"\r\n?", "\n", xml.sendable(text))
    root = xml.parse(xml.render({"Content": sent, "Number": 7, "List": ({"A": "1"}, {"A": "2"})}))
    assert (xml.text_of(root, "Content"), xml.text_of(root, "Number"), xml.text_of(root, "None")) == (sent, "7", None)
    assert [item.findtext("A") for item in root.findall("List")] == ["1", "2"]


@pytest.mark.parametrize(
    "document",
    ["", "<xml>", "<xml/><xml/>", "<!DOCTYPE xml [<!ENTITY a 'b'>]><xml>&a;</xml>", "<xml>\x00</xml>", "text"],
)
def test_anything_but_one_plain_document_is_refused(document: str) -> None:
    with pytest.raises(xml.XmlError):
        xml.parse(document)


def test_the_codec_speaks_with_wechatpys() -> None:
    codec = Codec(TOKEN, AES_KEY, APPID)
    sealed = codec.seal("<xml>好</xml>".encode(), "1", "2")
    body = f"<xml><Encrypt>{sealed.encrypt}</Encrypt></xml>"
    assert WeChatCrypto(TOKEN, AES_KEY, APPID).decrypt_message(body, sealed.signature, "1", "2") == "<xml>好</xml>"
    assert codec.open(sealed.encrypt) == "<xml>好</xml>"


def test_settings_come_from_the_environment_and_are_named_when_missing() -> None:
    config = from_environment(ENVIRON, "http://127.0.0.1:1/wechat")
    assert (config.mode, config.account, config.appid) == (Mode.SAFE, "service", APPID)
    for name in ENVIRON:
        with pytest.raises(ConfigError, match=name):
            from_environment({**ENVIRON, name: ""}, "")
    with pytest.raises(ConfigError, match="AES_KEY"):
        from_environment({**ENVIRON, "QF_WECHAT_AES_KEY": "short"}, "")
    with pytest.raises(ConfigError, match="QF_WECHAT_MODE"):
        from_environment({**ENVIRON, "QF_WECHAT_MODE": "loud"}, "")
    assert from_environment({**ENVIRON, "QF_WECHAT_MODE": "plain", "QF_WECHAT_AES_KEY": ""}, "").aes_key == ""


def test_people_and_templates_come_from_files(tmp_path: Path) -> None:
    people = tmp_path / "people.json"
    people.write_text(json.dumps([{"openid": "a", "name": "甲"}, {"openid": "b", "name": "乙", "followed": False}]))
    assert [(card.openid, card.followed) for card in read_people(people)] == [("a", True), ("b", False)]
    people.write_text('[{"openid": "a"}]')
    with pytest.raises(ConfigError, match=r"people\.json"):
        read_people(people)
    templates = tmp_path / "templates.json"
    templates.write_text('[{"template_id": "t", "title": "甲", "content": "一：{{thing1.DATA}}"}]')
    assert read_templates(templates)[0].keys == ("thing1",)
    with pytest.raises(ConfigError, match=r"absent\.json"):
        read_templates(tmp_path / "absent.json")


def test_the_deadline_and_the_repeats_are_wechats_unless_a_test_says_otherwise() -> None:
    assert (Config("", "t", "a", "s", AES_KEY).deadline, limits.REQUESTS) == (5.0, 3)
    assert CONFIG.deadline < 1


def test_the_command_says_what_is_missing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QF_WECHAT_TOKEN", raising=False)
    assert main([]) == 2
    assert "QF_WECHAT_TOKEN" in capsys.readouterr().err


async def test_the_command_serves_the_page_and_stops(tmp_path: Path, unused_tcp_port: int) -> None:
    people = tmp_path / "people.json"
    people.write_text('[{"openid": "a", "name": "甲"}]')
    url = f"http://127.0.0.1:{unused_tcp_port}/"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "simulator", "--port", str(unused_tcp_port), "--people", str(people)),
        env={**os.environ, **ENVIRON},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with aiohttp.ClientSession() as session:
            assert "微信模拟器" in await _first_page(session, url, process)
            async with session.get(f"{url}sim/people") as response:
                assert [person["name"] for person in await response.json()] == ["甲"]
    finally:
        process.terminate()
        output, _ = await asyncio.wait_for(process.communicate(), 10)
    assert url in output.decode()


async def _first_page(session: aiohttp.ClientSession, url: str, process: asyncio.subprocess.Process) -> str:
    for _ in range(200):
        assert process.returncode is None
        try:
            async with session.get(url) as response:
                return await response.text()
        except aiohttp.ClientError:
            await asyncio.sleep(0.05)
    raise AssertionError("the simulator did not start")


async def test_live_updates_tell_of_lines_people_menus_and_violations() -> None:
    async with world() as here, here.session.get(f"{here.url}/sim/updates") as stream:
        assert (await stream.content.readline()).startswith(b": welcome")
        await here.says("new-person", "你好")
        await here.calls("menu/create", {"button": [{"type": "click", "name": "一", "key": "k"}]})
        await here.calls("menu/create", {"button": []})
        seen: list[str] = []
        started = time.monotonic()
        while len(seen) < 5 and time.monotonic() - started < 5:
            line = await stream.content.readline()
            if line.startswith(b"data: "):
                seen.append(json.loads(line[6:])["what"])
        assert seen == ["person", "entry", "entry", "menu", "violation"]
