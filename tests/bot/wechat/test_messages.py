"""Every message and event of WECHAT.md becomes an Inbound; everything else ends in a MessageError."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.messages import MessageError, parse
from bot.wechat.replies import cdata
from bot.wechat.wording import clean
from handlers.base import Location
from tests.bot.wechat.account import ACCOUNT, NOW, OPENID, event, message

AT = datetime.fromtimestamp(NOW, UTC)


def reason(xml: bytes) -> str:
    with pytest.raises(MessageError) as caught:
        parse(xml)
    assert caught.value.status == 400
    return caught.value.reason


def test_a_text() -> None:
    heard = parse(message("text", "<Content><![CDATA[你好 <世界> &amp;]]></Content>"))
    assert (heard.kind, heard.text, heard.tap_id, heard.event) == ("text", "你好 <世界> &amp;", "", "")
    assert (heard.openid, heard.account, heard.created_at) == (OPENID, ACCOUNT, AT)
    assert heard.key == "m:6054768590064713728"
    assert heard.fields == {}


def test_a_tap_is_the_text_it_says_with_its_id() -> None:
    heard = parse(message("text", "<Content>综合观察表</Content><bizmsgmenuid>3</bizmsgmenuid>"))
    assert (heard.text, heard.tap_id) == ("综合观察表", "3")


def test_an_article_comment_keeps_its_ids() -> None:
    heard = parse(message("text", "<Content>1</Content><MsgDataId>7</MsgDataId><Idx>2</Idx>"))
    assert heard.fields == {"MsgDataId": "7", "Idx": "2"}


def test_an_image_and_a_voice() -> None:
    picture = parse(message("image", "<PicUrl>http://mmbiz/x</PicUrl><MediaId>media</MediaId>"))
    assert (picture.kind, picture.media_id, picture.fields) == ("image", "media", {"PicUrl": "http://mmbiz/x"})
    voice = parse(message("voice", "<MediaId>m2</MediaId><Format>amr</Format><Recognition/>"))
    assert (voice.kind, voice.media_id, voice.text) == ("voice", "m2", "")
    assert voice.fields == {"Format": "amr", "Recognition": ""}


@pytest.mark.parametrize("kind", ["video", "shortvideo"])
def test_a_video(kind: str) -> None:
    heard = parse(message(kind, "<MediaId>m</MediaId><ThumbMediaId>t</ThumbMediaId>"))
    assert (heard.kind, heard.media_id, heard.fields) == (kind, "m", {"ThumbMediaId": "t"})


def test_a_place() -> None:
    heard = parse(
        message(
            "location",
            "<Location_X>23.134521</Location_X><Location_Y>113.358803</Location_Y><Scale>20</Scale><Label>三号场站</Label>",
        )
    )
    assert heard.location == Location(23.134521, 113.358803, "三号场站")
    assert heard.fields == {"Scale": "20"}


def test_a_link() -> None:
    heard = parse(message("link", "<Title>题</Title><Description>述</Description><Url>https://example.com</Url>"))
    assert heard.fields == {"Title": "题", "Description": "述", "Url": "https://example.com"}


def test_a_kind_that_wechat_invents_later_comes_through() -> None:
    heard = parse(message("Hologram", "<Beam>1</Beam>"))
    assert (heard.kind, heard.fields) == ("hologram", {"Beam": "1"})


def test_following_with_and_without_a_code() -> None:
    assert parse(event("subscribe")).event_key == ""
    heard = parse(event("subscribe", "<EventKey>qrscene_unit-7</EventKey><Ticket>T</Ticket>"))
    assert (heard.kind, heard.event, heard.event_key) == ("event", "subscribe", "qrscene_unit-7")
    assert heard.fields == {"Ticket": "T"}


def test_scanning_and_leaving() -> None:
    scanned = parse(event("SCAN", "<EventKey>unit-7</EventKey><Ticket>T</Ticket>"))
    assert (scanned.event, scanned.event_key, scanned.text) == ("scan", "unit-7", "")
    assert parse(event("unsubscribe")).event == "unsubscribe"


def test_a_menu_click_is_the_typed_command() -> None:
    clicked = parse(event("CLICK", "<EventKey>我的任务</EventKey>"))
    assert (clicked.text, clicked.event, clicked.event_key) == ("我的任务", "click", "我的任务")
    assert parse(event("VIEW", "<EventKey>https://example.com</EventKey><MenuId>1</MenuId>")).text == ""


def test_a_reported_position() -> None:
    heard = parse(event("LOCATION", "<Latitude>23.1</Latitude><Longitude>-113.4</Longitude><Precision>9</Precision>"))
    assert (heard.event, heard.location, heard.fields) == ("location", Location(23.1, -113.4), {"Precision": "9"})


@pytest.mark.parametrize("name", ["scancode_waitmsg", "scancode_push"])
def test_a_scanned_barcode(name: str) -> None:
    scanned = "<ScanType>barcode</ScanType><ScanResult>EAN_13,1</ScanResult>"
    heard = parse(event(name, f"<EventKey>k</EventKey><ScanCodeInfo>{scanned}</ScanCodeInfo>"))
    assert heard.fields == {"ScanCodeInfo": {"ScanType": "barcode", "ScanResult": "EAN_13,1"}}


def test_pictures_and_a_place_chosen_from_the_menu() -> None:
    items = "<item><PicMd5Sum>a</PicMd5Sum></item><item><PicMd5Sum>b</PicMd5Sum></item>"
    pictures = f"<SendPicsInfo><Count>2</Count><PicList>{items}</PicList></SendPicsInfo>"
    heard = parse(event("pic_sysphoto", f"<EventKey>k</EventKey>{pictures}"))
    assert heard.fields["SendPicsInfo"]["PicList"]["item"] == [{"PicMd5Sum": "a"}, {"PicMd5Sum": "b"}]
    place = "<Location_X>23</Location_X><Location_Y>113</Location_Y><Label>场站</Label>"
    heard = parse(event("location_select", f"<SendLocationInfo>{place}</SendLocationInfo>"))
    assert heard.fields["SendLocationInfo"]["Label"] == "场站"


def test_an_unknown_event_comes_through() -> None:
    heard = parse(event("moon_landing", "<Who>1</Who>"))
    assert (heard.event, heard.fields) == ("moon_landing", {"Who": "1"})


def subscription(name: str, *items: str) -> str:
    tag = {"subscribe_msg_popup_event": "Popup", "subscribe_msg_change_event": "Change"}.get(name, "Sent")
    return f"<SubscribeMsg{tag}Event>{''.join(f'<List>{item}</List>' for item in items)}</SubscribeMsg{tag}Event>"


def status(template: str, said: str = "accept", message_id: str = "") -> str:
    named = f"<MsgID>{message_id}</MsgID>" if message_id else ""
    return f"<TemplateId>{template}</TemplateId><SubscribeStatusString>{said}</SubscribeStatusString>{named}"


def test_a_subscription_list_is_a_dict_when_single_and_a_list_when_several() -> None:
    name = "subscribe_msg_popup_event"
    one = parse(event(name, subscription(name, status("T1"))))
    assert one.fields["SubscribeMsgPopupEvent"]["List"]["TemplateId"] == "T1"
    two = parse(event(name, subscription(name, status("T1"), status("T2", "reject"))))
    assert [entry["TemplateId"] for entry in two.fields["SubscribeMsgPopupEvent"]["List"]] == ["T1", "T2"]


KEYS_THAT_DIFFER = [
    message("text", "<Content>1</Content>"),
    message("text", "<Content>1</Content>", "<MsgId>2</MsgId>"),
    event("subscribe"),
    event("unsubscribe"),
    event("subscribe", second=NOW + 1),
    event("CLICK", "<EventKey>a</EventKey>"),
    event("CLICK", "<EventKey>b</EventKey>"),
    event("TEMPLATESENDJOBFINISH", "<MsgID>1</MsgID><Status>success</Status>"),
    event("TEMPLATESENDJOBFINISH", "<MsgID>2</MsgID><Status>success</Status>"),
    event("subscribe_msg_sent_event", subscription("subscribe_msg_sent_event", status("T1", "", "1"))),
    event("subscribe_msg_sent_event", subscription("subscribe_msg_sent_event", status("T1", "", "2"))),
    event("subscribe_msg_sent_event", subscription("subscribe_msg_sent_event", status("T2", "", "1"))),
    event(
        "subscribe_msg_sent_event",
        subscription("subscribe_msg_sent_event", status("T1", "", "1"), status("T2", "", "2")),
    ),
    event("subscribe_msg_popup_event", subscription("subscribe_msg_popup_event", status("T1"))),
    event("subscribe_msg_popup_event", subscription("subscribe_msg_popup_event", status("T2"))),
    event("subscribe_msg_popup_event", subscription("subscribe_msg_popup_event", status("T1"), status("T2"))),
    event("subscribe_msg_change_event", subscription("subscribe_msg_change_event", status("T1"))),
    event("subscribe", "<EventKey>qrscene_1</EventKey>").replace(OPENID.encode(), b"oAnother"),
    event("subscribe", "<EventKey>qrscene_1</EventKey>"),
]


def test_keys_differ_where_the_happenings_differ_and_name_nobody() -> None:
    keys = [parse(xml).key for xml in KEYS_THAT_DIFFER]
    assert len(set(keys)) == len(keys)
    assert [parse(xml).key for xml in KEYS_THAT_DIFFER] == keys
    assert not any(OPENID in key or len(key) > 70 for key in keys)


def test_the_order_in_a_subscription_list_does_not_change_the_key() -> None:
    name = "subscribe_msg_popup_event"
    one, other = status("T1"), status("T2")
    assert (
        parse(event(name, subscription(name, one, other))).key == parse(event(name, subscription(name, other, one))).key
    )


def test_parts_of_an_events_key_do_not_run_into_each_other() -> None:
    assert parse(event("ab", "<EventKey>c</EventKey>")).key != parse(event("a", "<EventKey>bc</EventKey>")).key


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (message("", "<Content>1</Content>"), "no_type"),
        (message("  ", "<Content>1</Content>"), "no_type"),
        (message("event", ""), "no_type"),
        (event(" "), "no_type"),
        (message("text", "<Content>1</Content>", ""), "no_id"),
        (message("text", "<Content>1</Content>", f"<MsgId>{'1' * 65}</MsgId>"), "no_id"),
        (b"<xml></xml>", "no_name"),
        (message("text", "").replace(b"FromUserName", b"Nobody"), "no_name"),
        (message("text", "").replace(OPENID.encode(), b" "), "no_name"),
        (message("text", "").replace(OPENID.encode(), b"o" * 65), "no_name"),
        (message("text", "").replace(b"CreateTime", b"Then"), "no_time"),
        (message("text", "").replace(str(NOW).encode(), "１７９６".encode()), "no_time"),
        (message("text", "").replace(str(NOW).encode(), b"-1"), "no_time"),
        (message("text", "").replace(str(NOW).encode(), b"99999999999"), "no_time"),
        (message("text", "<Content><b>1</b></Content>"), "malformed"),
        (message("text", "<Content>1</Content><Content>2</Content>"), "malformed"),
        (message("text", "<MsgType>image</MsgType>"), "malformed"),
        (message("location", "<Location_X>x</Location_X><Location_Y>1</Location_Y>"), "no_place"),
        (message("location", "<Location_X>nan</Location_X><Location_Y>1</Location_Y>"), "no_place"),
        (message("location", "<Location_X>91</Location_X><Location_Y>1</Location_Y>"), "no_place"),
        (message("location", "<Location_X>1</Location_X>"), "no_place"),
        (event("LOCATION", "<Latitude>1</Latitude><Longitude>181</Longitude>"), "no_place"),
        (b"", "malformed"),
        (b"success", "malformed"),
        (b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><MsgType>&a;</MsgType></xml>', "malformed"),
        (b"<xml>" + b"<a/>" * 2000 + b"</xml>", "malformed"),
        (message("text", "<Content>\x00</Content>"), "malformed"),
        (message("text", "<Content>]]></Content>"), "malformed"),
        (message("text", "<Content>#</Content>").replace(b"#", b"\xed\xa0\x80"), "malformed"),
        (message("text", "<Content>#</Content>").replace(b"#", b"\xff"), "malformed"),
        (message("text", "<Content>&#0;</Content>"), "malformed"),
        (message("text", "<Content>&#xDFFF;</Content>"), "malformed"),
    ],
)
def test_what_cannot_be_read_is_named(xml: bytes, expected: str) -> None:
    assert reason(xml) == expected


TAGS = st.sampled_from(
    [
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "MsgId",
        "Content",
        "Event",
        "EventKey",
        "MediaId",
        "Location_X",
        "Latitude",
        "Label",
        "bizmsgmenuid",
        "List",
        "MsgID",
        "TemplateId",
        "a",
    ]
)
TEXTS = st.sampled_from(
    ["", "text", "event", "location", "CLICK", "1", "1796000000", "oX", "]]]]>", "&#55296;", "\x00"]
)
LEAVES = st.text(max_size=8).map(lambda text: text.replace("<", "")) | TEXTS
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(st.tuples(TAGS, inner), max_size=6).map(
        lambda pairs: "".join(f"<{tag}>{content}</{tag}>" for tag, content in pairs)
    ),
    max_leaves=25,
)


@given(TREES)
def test_any_xml_ends_in_an_inbound_or_a_message_error(tree: str) -> None:
    whole = message("text", "<Content>1</Content>").removesuffix(b"</xml>")
    for xml in (
        f"<xml>{tree}</xml>".encode("utf-8", "surrogatepass"),
        whole + tree.encode("utf-8", "surrogatepass") + b"</xml>",
    ):
        try:
            assert parse(xml).key
        except MessageError as error:
            assert error.reason


@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_message_error(xml: bytes) -> None:
    assert reason(xml)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60))
def test_what_a_person_typed_arrives_as_typed(typed: str) -> None:
    heard = parse(message("text", f"<Content>{cdata(typed)}</Content>"))
    assert heard.text == clean(typed)
