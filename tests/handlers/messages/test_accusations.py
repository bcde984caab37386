"""Accusations in everyday words, by somebody who knew none of the examples: hardly one is kept, however it is led."""

import csv
from importlib.resources import files

import pytest

from handlers.messages import kinds
from handlers.messages.deciding import Way
from handlers.messages.parts import read
from nlp.classifier import Classifier
from tests.handlers.desk import Office
from tests.handlers.messages.kept import SUGGESTION, messages

KEPT = {Way.OFFER, Way.WHICH}
ANNOUNCED = ("suggestion", "inquiry", "complaint")
LED = (
    "建议：{}",
    "我要提建议：{}",
    "我有个建议，{}",
    "投诉：{}",
    "我要投诉 {}",
    "求助：{}",
    "咨询 {}",
    "建议查一下，{}",
)
ASKED = (
    *("请问{}，算违纪吗？", "请问，{}，这正常吗", "想咨询一下{}怎么办", "你好，我想问一下，{}"),
    *("{}，请问找谁", "{}，能不能管管", "{}，建议查一下", "如果{}会怎么处理"),
    *("{}，希望以后别这样", "建议以后别让{}"),
)
"""Of 150 accusations 113 were kept as 想咨询一下…怎么办 before what is told was looked at by itself."""
THANKED = ("{}，谢谢", "谢谢你们，{}")


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


@pytest.fixture(scope="module")
def accusations() -> list[str]:
    source = files("tests.handlers.messages").joinpath("accusations.tsv").read_text("utf-8")
    return [row["text"] for row in csv.DictReader(source.splitlines(), delimiter="\t")]


def share(classifier: Classifier, accusations: list[str], ways: set[Way], around: str = "{}", kind: str = "") -> float:
    """Of the accusations, those that are answered in one of these ways."""
    said = [around.format(text) for text in accusations]
    return sum(read(classifier, text, kind or kinds.led(text))[0] in ways for text in said) / len(said)


def test_an_accusation_is_not_kept(classifier: Classifier, accusations: list[str]) -> None:
    assert share(classifier, accusations, KEPT) <= 0.02


@pytest.mark.parametrize("kind", ANNOUNCED)
def test_what_was_announced_before_changes_that_little(
    classifier: Classifier, accusations: list[str], kind: str
) -> None:
    assert share(classifier, accusations, KEPT, kind=kind) <= 0.02


@pytest.mark.parametrize("around", LED)
def test_nor_does_the_kind_in_front_of_it(classifier: Classifier, accusations: list[str], around: str) -> None:
    assert share(classifier, accusations, KEPT, around) <= 0.05


@pytest.mark.parametrize("around", ASKED)
def test_an_accusation_that_is_asked_about_is_one(classifier: Classifier, accusations: list[str], around: str) -> None:
    assert share(classifier, accusations, KEPT, around) <= 0.08


@pytest.mark.parametrize("around", THANKED)
def test_a_thank_you_beside_it_is_not_all_that_is_heard(
    classifier: Classifier, accusations: list[str], around: str
) -> None:
    assert share(classifier, accusations, {Way.THANKS}, around) <= 0.25


@pytest.mark.parametrize("around", ["反映一个情况，{}", "我要反映一个问题：{}"])
def test_what_is_brought_up_is_no_denial(classifier: Classifier, accusations: list[str], around: str) -> None:
    """14 of 150 were answered with 观察情况请填在观察表里."""
    assert share(classifier, accusations, {Way.NOTHING_FOUND, *KEPT}, around) <= 0.02


@pytest.mark.parametrize(
    "said",
    [
        *("张主任收红包算违纪吗", "请问魏科长收了供应商手表，这算违规吗？", "建议：快递收发室老郑偷拆职工包裹"),
        *("食堂不错。请问周经理签验收单前要分包给他转钱正常吗", "王科長收了煙酒，想諮詢一下怎麼辦"),
    ],
)
def test_who_is_named_in_a_question_is_not_kept(classifier: Classifier, said: str) -> None:
    assert read(classifier, said, kinds.led(said))[0] in {Way.REPORT, Way.PERHAPS_REPORT}


@pytest.mark.parametrize(
    "said",
    [
        *("过节可以收红包吗", "购物卡收了几天内要交", "请问出差的住宿标准是多少，去哪里报销", "微信转账五十算违规吗"),
        *("队长不批假怎么办", "班长老骂人，能不能管管", "主任不在找谁签字", "请问李主任周末值班吗"),
        *("请问年休假怎么算", "建议：食堂晚上加一个热菜", "投诉：宿舍热水器坏了半个月没人修", "打牌带点小钱算赌博吗"),
    ],
)
def test_a_question_about_the_rules_still_is_one(classifier: Classifier, said: str) -> None:
    assert read(classifier, said, kinds.led(said))[0] in KEPT


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("请问魏科长收了供应商手表，这算违规吗？", "举报"),
        ("建议：快递收发室老郑偷拆职工包裹", "举报"),
        ("物资科魏科长收了钢筋供应商一块手表，谢谢", "举报"),
    ],
)
async def test_it_leaves_no_trace_and_its_writer_is_told(office: Office, said: str, seen: str) -> None:
    wang = await office.observer()
    await wang.says(said)
    wang.sees(seen)
    wang.sees_not("对，提交", "不客气")
    assert "手表" not in str(wang.memory)
    assert "老郑" not in str(wang.memory)
    await wang.says("提交")
    assert await messages(office) == []


async def test_a_suggestion_beside_a_thank_you_is_heard_in_traditional_characters(office: Office) -> None:
    wang = await office.observer()
    await wang.says("建議食堂晚上加一個熱菜，加班的人能吃上，謝謝")
    wang.sees("对，提交")


async def test_it_is_not_joined_to_what_waits(office: Office) -> None:
    wang = await office.observer()
    await wang.says(SUGGESTION)
    await wang.says("请问魏科长收了供应商手表，这算违规吗？")
    wang.sees_not("加到刚才那条")
    await wang.says("看那条")
    wang.sees(SUGGESTION)
    wang.sees_not("手表")
