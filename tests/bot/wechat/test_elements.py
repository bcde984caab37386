"""The XML reader keeps what WeChat sends and refuses what it never would."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.wechat.elements import Element, ElementsError, _by_expat, _flat, read_elements
from bot.wechat.limits import BODY_BYTES, BODY_DEPTH, BODY_TAGS
from tests.bot.wechat.account import message
from tests.effort import grows_in_step


def test_leaves_nested_and_repeated_elements() -> None:
    xml = b"<xml><a>1</a><b><c>2</c><c>3</c><c><d>4</d></c></b><e/><f><![CDATA[<x>]]></f></xml>"
    assert read_elements(xml) == {"a": "1", "b": {"c": ["2", "3", {"d": "4"}]}, "e": "", "f": "<x>"}


def test_text_is_joined_across_cdata_sections_and_references() -> None:
    assert read_elements(b"<xml><a>1<![CDATA[]]]]><![CDATA[>]]>&lt;&#x597d;</a></xml>") == {"a": "1]]><好"}


def test_white_space_between_elements_is_nothing() -> None:
    assert read_elements(b"\n<xml>\n  <a>\n    <b> 1 </b>\n  </a>\n</xml>\n") == {"a": {"b": " 1 "}}


def test_the_root_alone_is_empty() -> None:
    assert read_elements(b"<xml/>") == read_elements(b"<xml>success</xml>") == {}


def test_a_byte_order_mark_is_skipped() -> None:
    assert read_elements(b"\xef\xbb\xbf<xml><a>1</a></xml>") == {"a": "1"}


def test_the_claimed_encoding_does_not_count() -> None:
    assert read_elements("<?xml version='1.0' encoding='latin-1'?><xml><a>好</a></xml>".encode()) == {"a": "好"}


def test_tags_and_depth_are_bounded() -> None:
    most = b"<xml>" + b"<a/>" * (BODY_TAGS - 1) + b"</xml>"
    assert len(read_elements(most)["a"]) == BODY_TAGS - 1
    with pytest.raises(ElementsError, match="too many"):
        read_elements(most.replace(b"</xml>", b"<a/></xml>"))
    deepest = b"<xml>" + b"<a>" * (BODY_DEPTH - 1) + b"</a>" * (BODY_DEPTH - 1) + b"</xml>"
    assert read_elements(deepest)
    with pytest.raises(ElementsError, match="deeply"):
        read_elements(deepest.replace(b"<xml>", b"<xml><a>").replace(b"</xml>", b"</a></xml>"))


@pytest.mark.parametrize(
    "xml",
    [
        b"<!DOCTYPE xml><xml/>",
        b'<!DOCTYPE xml [<!ENTITY a "b">]><xml/>',
        b"<xml><a></xml>",
        b"<xml/><xml/>",
        b"<other/>",
        b"",
        b"plain",
        b"<xml><a>]]></a></xml>",
    ],
)
def test_what_is_not_wechats_is_refused(xml: bytes) -> None:
    with pytest.raises(ElementsError):
        read_elements(xml)


def by_expat(xml: bytes) -> dict[str, Element] | None:
    """What expat reads; None where it refuses."""
    try:
        return _by_expat(xml)
    except ElementsError:
        return None


WORDS = """
<xml> </xml> <xml <a> </a> <b> </b> <a></a> <a/> <a >x</a> <a.b>1</a.b> <_:a>1</_:a> <a:b>1</a:b> <1>x</1> <a>1</a>
<b>2</b> <a>1</b> <好>1</好> <a><b>1</b></a> <![CDATA[ ]]> <b><![CDATA[]]></b> <a><![CDATA[x<&>y]]></a>
<c><![CDATA[]]]]></c> <c><![CDATA[a]]><![CDATA[b]]></c> <c>x<![CDATA[y]]></c> <!DOCTYPE <!--x--> <!ENTITY <?x?>
<?xml?> &amp; &lt; &#1; & < > ] ]]> \\ \" 好 é \U0001f469 \u200b \ufeff \ufffd \ufffe \uffff \x7f x
"""
BLANKS = (" ", "\n", "\t", "\r", "\r\n", "\x00", "\x0b", "\x0c", "\x1b", "\x1f", "\x85", "\xa0", "\u2028", "\u3000")
PIECES = st.sampled_from([*WORDS.split(), *BLANKS, "<a\t>1</a>", "\ud800"])
TEXTS = PIECES | st.text(st.characters(codec="utf-8"), max_size=5)
LEAVES = st.builds(
    lambda tag, text, shape, after: shape.format(tag=tag, text=text) + after,
    st.sampled_from(["a", "b", "Content", "_", "a1", "好", "a.b", "xml"]),
    st.lists(TEXTS, max_size=4).map("".join),
    st.sampled_from(
        ["<{tag}>{text}</{tag}>", "<{tag}><![CDATA[{text}]]></{tag}>", "<{tag}> <![CDATA[{text}]]></{tag}>"]
    ),
    st.sampled_from(["", "\n", " \t", "\r\n", "x", "\u3000"]),
)
ROOTS = st.sampled_from(
    ["<xml>{}</xml>", "<xml>\n{}</xml>", " <xml>{}</xml>\n", "<xml a='1'>{}</xml>", "<xml>{}</xml><xml/>"]
)
DOCUMENTS = (
    st.builds(str.format, ROOTS, st.lists(LEAVES, max_size=5).map("".join))
    | st.lists(PIECES, max_size=12).map("".join)
    | st.lists(PIECES, max_size=12).map(lambda pieces: f"<xml>{''.join(pieces)}</xml>")
).map(lambda text: text.encode("utf-8", "surrogatepass"))


@settings(max_examples=400, deadline=None)
@given(DOCUMENTS | st.binary(max_size=30).map(lambda raw: b"<xml><a>" + raw + b"</a></xml>"))
@example(b"<xml></xml>")
@example(b"<xml><a>1</a><a>1</a></xml>")
@example("<xml><a>\ufffe</a></xml>".encode())
@example(b"<xml><a>\xed\xa0\x80</a></xml>")
@example(b"<xml><a>1\r\n</a></xml>")
@example(b"<xml><a>]]></a></xml>")
@example(b"<xml><a><![CDATA[1]]>]]></a></xml>")
@example(b"<xml><a><![CDATA[]]]]><![CDATA[>]]></a></xml>")
def test_the_short_way_reads_what_expat_reads_or_nothing(xml: bytes) -> None:
    quick = _flat(xml)
    assert quick is None or quick == by_expat(xml)


@given(st.binary(max_size=6), st.integers(min_value=0))
def test_a_damaged_message_takes_the_short_way_only_to_the_same_end(damage: bytes, place: int) -> None:
    whole = message("text", "<Content><![CDATA[综合观察表]]></Content>\n")
    at = place % (len(whole) + 1)
    for xml in (whole[:at] + damage + whole[at:], whole[:at] + damage + whole[at + len(damage) :]):
        quick = _flat(xml)
        assert quick is None or quick == by_expat(xml)


def test_what_wechat_sends_takes_the_short_way() -> None:
    assert _flat(message("text", "<Content><![CDATA[综合观察表]]></Content>"))
    indented = b"<xml>\n    <ToUserName><![CDATA[gh_1]]></ToUserName>\n    <Encrypt><![CDATA[YWJj]]></Encrypt>\n</xml>"
    assert _flat(indented) == {"ToUserName": "gh_1", "Encrypt": "YWJj"}


@pytest.mark.parametrize(
    "xml",
    [
        b"<!DOCTYPE xml><xml><a>1</a></xml>",
        b"<xml><!DOCTYPE xml><a>1</a></xml>",
        b"<xml><a>&lt;</a></xml>",
        b"<xml>" + b"".join(b"<a%d>1</a%d>" % (one, one) for one in range(BODY_TAGS)) + b"</xml>",
        b"<xml><a>1</a></xml><b>",
    ],
)
def test_nothing_that_expat_must_judge_takes_the_short_way(xml: bytes) -> None:
    assert _flat(xml) is None


@pytest.mark.parametrize(
    "piece", [b"<a>", b"<a><![CDATA[", b"<a><![CDATA[x]", b"<a>1</a>", b"<a>1</a> ", b"<a>1", b" ", b"a"]
)
def test_the_short_way_is_short_for_hostile_bytes_too(piece: bytes) -> None:
    """Linear: 64 KiB take milliseconds, where going back at every tag would take minutes."""
    xml = (b"<xml>" + piece * BODY_BYTES)[:BODY_BYTES]
    assert _flat(xml) is None
    assert grows_in_step(_flat, xml[: BODY_BYTES // 4], xml)


@given(st.binary(max_size=300))
def test_bytes_end_in_a_dictionary_or_an_elements_error(xml: bytes) -> None:
    try:
        assert isinstance(read_elements(xml), dict)
    except ElementsError as error:
        assert str(error)
