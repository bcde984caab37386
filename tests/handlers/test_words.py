"""Command words in the spellings that phones produce."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers import words
from handlers.words import NOTHING, WORDS, Heard, Word


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_heard_in_every_spelling(word: str) -> None:
    meant = Heard(WORDS[word])
    for said in (
        word,
        f" {word} ",
        f"“{word}”",
        f"《 {word} 》",
        f"{word}。",
        f"{word}！",
        f"\u200b{word}\ufeff",
        word.upper(),
    ):
        assert words.hear(said) == meant, said


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("ＭＥＮＵ", Heard(Word.MENU)),
        ("？", Heard(Word.HINT)),
        ("删除 5", Heard(Word.REMOVE, "5")),
        ("删除第五题", Heard(Word.REMOVE, "5")),
        ("删掉第 2 项", Heard(Word.REMOVE, "2项")),
        ("看第 2 项", Heard(Word.LOOK, "2")),
        ("再加一项", Heard(Word.ADD)),
        ("再加一项 2", Heard(Word.ADD, "2")),
        ("找回 综合观察表", Heard(Word.RESTORE, "综合观察表")),
        ("提 交", Heard(Word.SUBMIT)),
        ("修改３", Heard(Word.MODIFY, "3")),
        ("修改第十二题", Heard(Word.MODIFY, "12")),
        ("改 3 题", Heard(Word.MODIFY, "3")),
        ("绑定 ABCDE-FGHJK", Heard(Word.BIND, "abcde-fghjk")),
        ("绑定码：ＡＢＣＤＥ　ＦＧＨＪＫ", Heard(Word.BIND, "abcde fghjk")),
        ("绑定abcdefghjk", Heard(Word.BIND, "abcdefghjk")),
        ("开始《综合观察表》", Heard(Word.BEGIN, "综合观察表")),
        ("开始 综合观察表（二公司）", Heard(Word.BEGIN, "综合观察表(二公司)")),
        ("重新填写 综合观察表", Heard(Word.RESTART, "综合观察表")),
        ("继续 综合观察表", Heard(Word.RESUME, "综合观察表")),
    ],
)
def test_words_that_take_something_along(said: str, heard: Heard) -> None:
    assert words.hear(said) == heard


@pytest.mark.parametrize(
    "said",
    [
        "",
        "   ",
        "。",
        "修改制度",
        "修改三年",
        "绑定工资卡的事情",
        "提交了两份材料",
        "继续加强监督",
        "无",
        "删除了三份旧台账",
        "看了三项材料",
        "再加一项措施",
        "找回了丢失的发票",
        "好",
        "开始" * 60,
        "查 GC26-0000179",
        "\x00",
        "\ud800",
    ],
)
def test_what_is_no_command(said: str) -> None:
    assert words.hear(said) == NOTHING


@settings(max_examples=150)
@given(st.text(max_size=150))
def test_any_text_can_be_heard(said: str) -> None:
    heard = words.hear(said)
    assert heard.word is None or isinstance(heard.word, Word)
    assert words.normal(words.normal(said)) == words.normal(said) or not said.isprintable()


@settings(max_examples=150)
@given(st.text(max_size=20))
def test_the_quick_look_never_misses_how_a_text_begins(said: str) -> None:
    assert words.may_begin(said, {words.normal(said)[:1]})


def test_chinese_characters_and_digits_at_the_start_stay_as_they_are() -> None:
    for sign in (*map(chr, range(0x4E00, 0xA000)), *"0123456789"):
        for behind in ("", "\u0301", "\u0338", "\u3099", "\ufe0f", "\uff01"):
            assert words.normal(sign + behind)[:1] == sign


@pytest.mark.parametrize("said", ["总体良好", "12", "重阳节前后", "继承", "修路"])
def test_most_answers_are_told_from_commands_by_their_first_sign_or_the_whole(said: str) -> None:
    assert words.hear(said) == NOTHING


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("任务", Word.TASKS),
        ("待办", Word.TASKS),
        ("别再提醒我了。", Word.STOP_REMINDING),
        ("不要提醒了！", Word.STOP_REMINDING),
        ("恢复推送", Word.RESUME_REMINDING),
    ],
)
def test_what_people_say_about_tasks_and_reminders(said: str, word: Word) -> None:
    assert words.hear(said).word is word
