"""Projects' names: what is the same project however it is typed, what is another one, and how a name is shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.project_names import names_a_project, project_key, project_name

NAME = "A区食堂"
QUOTES = ("“”", "‘’", '""', "''", "「」", "『』", "《》", "〈〉", "【】", "＂＂", "｢｣", "〝〞", "““")
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\ufe0f"
ENDS = "。.，,、；;：:！!？?…~～｡．"
typed = st.text(
    st.sampled_from("东区食堂一二期Aa1Ａ１（）()-·+'é" + "".join(QUOTES) + UNSEEN + ENDS + " \u3000\t")
    | st.characters()
)
named = typed.filter(names_a_project)


@pytest.mark.parametrize("quotes", QUOTES)
def test_quotes_around_a_name_do_not_matter(quotes: str) -> None:
    for name in (
        f"{quotes[0]}{NAME}{quotes[1]}",
        f" {quotes[0]} {NAME}。{quotes[1]}。",
        f"《{quotes[0]}{NAME}{quotes[1]}》",
    ):
        assert project_key(name) == project_key(NAME)


@pytest.mark.parametrize(
    "name",
    [
        *(NAME + end for end in ENDS),
        *(f"A区{sign}食堂" for sign in UNSEEN),
        *(
            "Ａ区食堂",
            "a区食堂",
            " A 区\u3000食堂\n",
            "A区食堂……",
            "“A区食堂",
            "A区食堂”",
            "《A区食堂",
            "\ufeff“A区食堂。”！",
        ),
    ],
)
def test_a_name_is_the_same_however_it_is_typed(name: str) -> None:
    assert project_key(name) == project_key(NAME)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("东区一期", "东区二期"),
        ("A1", "A2"),
        ("東區食堂", "东区食堂"),
        ("东区（一期）", "东区（二期）"),
        ("东区（一期）", "东区"),
        ("A'", "A"),
        ("A+", "A"),
        ("A-", "A"),
        ("-1层改造", "1层改造"),
        ("1#楼", "1楼"),
        ("<5万元项目", "5万元项目"),
        ("一期", "1期"),
        ("“东区”食堂", "“西区”食堂"),
        ("……", "。"),
    ],
)
def test_other_names_are_other_projects(one: str, other: str) -> None:
    assert project_key(one) != project_key(other)


def test_quotes_inside_a_name_belong_to_it_whatever_their_shape() -> None:
    assert project_key("“东区”食堂") == project_key("「东区」食堂") == project_key('"东区"食堂')
    assert project_key("“东区”食堂") != project_key("东区食堂")


@given(typed)
def test_the_key_of_a_key_is_the_key(name: str) -> None:
    assert project_key(project_key(name)) == project_key(name)


@given(named, st.sampled_from(QUOTES), st.sampled_from(("", " ", "\u3000", "\u200b")), st.sampled_from(("", *ENDS)))
def test_the_key_is_the_same_within_quotes(name: str, quotes: str, blank: str, end: str) -> None:
    assert project_key(f"{blank}{quotes[0]}{blank}{name}{quotes[1]}{end}{blank}") == project_key(name)


@given(named, st.integers(0, 50), st.sampled_from(UNSEEN))
def test_what_nobody_sees_does_not_matter(name: str, place: int, sign: str) -> None:
    plain = unicodedata.normalize("NFC", name)
    between = plain[:place] + sign + plain[place:]
    assert project_key(between) == project_key(name)


@given(typed)
def test_a_name_is_found_as_it_is_shown(name: str) -> None:
    """What officers read and type again is the same project."""
    shown = project_name(name)
    assert names_a_project(shown) == names_a_project(name)
    if names_a_project(name):
        assert project_key(shown) == project_key(name)


@given(typed)
def test_the_keys_of_before_lead_to_those_of_now(name: str) -> None:
    """Migration 0009 has nothing but them."""
    before = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    assert not names_a_project(name) or project_key(before) == project_key(name)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("“东区食堂”", "东区食堂"),
        ("《东区食堂》。", "东区食堂"),
        ("「Ａ区 食堂」", "Ａ区 食堂"),
        ("“东区食堂“", "东区食堂"),
        ("“东区食堂", "东区食堂"),
        ("\ufeff东\u200b区", "东区"),
        ("“一期”和“二期”", "“一期”和“二期”"),
        ("“东区”食堂", "“东区”食堂"),
        ("关于“东区”的项目", "关于“东区”的项目"),
        ("东区（一期）", "东区（一期）"),
        ("“”", ""),
    ],
)
def test_a_name_is_shown_as_it_was_typed_without_the_quotes_around_it(name: str, shown: str) -> None:
    assert project_name(name) == shown


@pytest.mark.parametrize("name", ["", "。。。", "“”", "——", "？！", "\u200b", "“ 。”"])
def test_punctuation_names_nothing(name: str) -> None:
    assert not names_a_project(name)
    assert names_a_project(f"{name}1")
