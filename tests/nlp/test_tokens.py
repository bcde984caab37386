"""Word boundaries are jieba's, without its cache file."""

import re
import tempfile
from itertools import pairwise
from pathlib import Path

import jieba
import pytest

from nlp import tokens
from nlp.lexicon.reading import built_in
from nlp.normalising import normalised
from nlp.training.examples import development


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    tokens.load(built_in().words)


def spoken(text: str) -> list[str]:
    """The words that the boundaries leave."""
    marks = tokens.boundaries(text, tokens.wordbook())
    starts = [place for place, mark in enumerate(marks) if mark]
    return [text[start:end] for start, end in pairwise(starts)]


def test_words_are_those_of_jieba() -> None:
    """On every run of Chinese characters of the development set."""
    tokenizer = jieba.Tokenizer()
    with tokenizer.get_dict_file() as file:
        common = tokens._common_words(file)
    ours = tokens._taught(built_in().words, tokens.wordbook().least)
    tokenizer.FREQ = {word: tokens.frequency(word) for word in common.keys() | ours.keys()}
    tokenizer.total = sum(common.values())
    tokenizer.initialized = True
    runs = {run for one in development() for run in re.findall("[\u4e00-\u9fff]+", normalised(one.text).text)}
    assert len(runs) > 900
    for run in runs:
        assert spoken(run) == list(tokenizer.cut(run, HMM=False)), run


def test_figures_and_letters_stay_together() -> None:
    assert spoken("收了3.5万元,abc公司") == ["收了", "3.5", "万元", ",", "abc", "公司"]
    assert spoken("") == []
    assert tokens.boundaries("", tokens.wordbook()) == bytearray([1])


def test_rare_characters_are_words_of_their_own() -> None:
    """Also those whose last 16 bits are the code of a common one: 𔸀 and 一."""
    look_alike = "".join(chr(0x10000 + ord(character)) for character in "公司")
    assert spoken(f"公司{look_alike}😀公司") == ["公司", *look_alike, "😀", "公司"]
    assert spoken("公司\ud83d司") == ["公司", "\ud83d", "司"], "half of a surrogate pair"


def test_words_of_staff_are_words_for_them_only() -> None:
    of_staff = tokens.wordbook(["格桑花开", "桑花"])
    assert of_staff.value("格桑花开") == of_staff.value("桑花") == tokens.wordbook(["格桑花开"]).value("格桑花开")
    assert of_staff.value("格桑") in {0.0, tokens.wordbook().value("格桑")}
    assert tokens.wordbook().value("格桑花开") is None
    starts = tokens.boundaries("格桑花开了", of_staff)
    assert list(starts) == [1, 0, 0, 0, 1, 1]


def test_words_of_the_domain_are_words() -> None:
    tokens.load(["围猎场"])
    assert "围猎场" in spoken("去了围猎场几次")


def test_the_cache_file_in_the_temporary_folder_is_neither_read_nor_written() -> None:
    """Anybody can write there, and jieba would unmarshal whatever lies in it."""
    assert not (Path(tempfile.gettempdir()) / "jieba.cache").exists() or not jieba.dt.initialized
