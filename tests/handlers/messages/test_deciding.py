"""Which way a text is answered, with the classifier that ships."""

import json
from functools import cache
from importlib.resources import files

import pytest

from handlers.messages import kinds
from handlers.messages.deciding import Way, decide
from nlp.classifier import Classifier


@cache
def _classifier() -> Classifier:
    return Classifier.load()


def _way(said: str, chosen: str = "") -> Way:
    return decide(said, _classifier().classify(said), chosen)


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("项目部张经理收了供应商两条烟", Way.REPORT),
        ("我举报书记公款吃喝，不要告诉别人", Way.REPORT),
        ("领导威胁我说再反映就开除我", Way.REPORT),
        ("经理打击报复我，把我调到外地", Way.REPORT),
        ("查出三起超标准接待的问题，已经整改", Way.REPORT),
        ("听说采购部有人吃回扣，是真的吗", Way.PERHAPS_REPORT),
        ("组长总威胁我，我该怎么办，请问找谁", Way.PERHAPS_REPORT),
        ("工地塔吊要倒了，下面有人", Way.DANGER),
        ("有人要跳楼", Way.DISTRESS),
        ("配电室着火了快来人", Way.DANGER),
        ("我举报组长拿刀追人", Way.DANGER),
        ("举报了没人管，我不想活了", Way.DISTRESS),
        ("怎么举报？", Way.HOW_TO_REPORT),
        ("怎麼舉報？", Way.HOW_TO_REPORT),
        ("举报一下，女工想换个轻松点的班，要陪史班长吃饭", Way.REPORT),
        ("举报：材料进场只过一遍磅", Way.REPORT),
        ("举报箱坏了，建议换一个", Way.OFFER),
        ("我要舉報", Way.HOW_TO_REPORT),
        ("我舉報組長拿刀追人", Way.DANGER),
        ("有人要跳樓", Way.DISTRESS),
        ("配電室著火了快來人", Way.DANGER),
        ("領導威脅我說再反映就開除我", Way.REPORT),
        ("请问举报电话是多少", Way.HOW_TO_REPORT),
        ("本月未发现违规问题", Way.NOTHING_FOUND),
        ("建议设立举报箱", Way.OFFER),
        ("请问年休假怎么算", Way.OFFER),
        ("会不会被打击报复", Way.HOW_TO_REPORT),
        ("写了会被穿小鞋吗", Way.HOW_TO_REPORT),
        ("反映问题", Way.HOW_TO_REPORT),
        ("我不是举报，就是想问问加班费", Way.OFFER),
        ("工资", Way.OTHER),
        ("回扣", Way.PERHAPS_REPORT),
        ("张队长因为我反映问题打击报复我", Way.REPORT),
        ("宿舍热水器坏了半个月没人修", Way.OFFER),
        ("谢谢你们", Way.THANKS),
        ("在吗？", Way.GREETING),
        ("怎么绑定", Way.ABOUT_US),
        ("综合观察表", Way.OTHER),
        ("不知道", Way.OTHER),
        ("", Way.OTHER),
        ("🙂", Way.OTHER),
        ("今天天气不错", Way.OTHER),
    ],
)
def test_texts_and_their_ways(said: str, way: Way) -> None:
    assert _way(said) is way


@pytest.mark.parametrize("kind", ["suggestion", "inquiry", "complaint"])
def test_what_its_writer_says_it_is_counts_unless_it_may_be_a_report(kind: str) -> None:
    assert _way("我的工位旁边太吵", kind) is Way.OFFER
    assert _way("听说采购部有人吃回扣，是真的吗", kind) is Way.PERHAPS_REPORT
    assert _way("项目部张经理收了供应商两条烟", kind) is Way.REPORT
    for grave in ("领导威胁我说再反映就开除我", "我要举报书记公款吃喝", "工地塔吊要倒了，下面有人"):
        assert _way(grave, kind) is _way(grave)
        assert _way(grave, kind) in {Way.REPORT, Way.DANGER}


@pytest.mark.parametrize(
    ("said", "kind"),
    [("我要投訴", "complaint"), ("我要提建議", "suggestion"), ("諮詢", "inquiry"), ("投訴：宿舍漏水", "")],
)
def test_a_kind_is_announced_in_traditional_characters(said: str, kind: str) -> None:
    assert kinds.announced(said) == kind


def test_a_kind_stands_before_a_text_in_traditional_characters() -> None:
    assert kinds.led("投訴：宿舍漏水三天了") == "complaint"
    assert kinds.led("建議食堂晚上加一個熱菜") == "suggestion"


def test_hardly_any_report_among_the_training_examples_would_be_kept() -> None:
    kept = {Way.OFFER, Way.WHICH}
    reports = [
        row["text"]
        for part in files("nlp").joinpath("training/messages").iterdir()
        for row in map(json.loads, part.read_text("utf-8").splitlines())
        if row["intent"] == "report" and not row["negated"]
    ]
    assert len(reports) > 6000
    assert len([said for said in reports if _way(said) in kept]) <= 15
