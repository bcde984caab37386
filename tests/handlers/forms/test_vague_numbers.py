"""Numbers that are none, or may be two: 十几个, 一百五 of money; and points on a scale."""

from decimal import Decimal

import pytest

from handlers.forms.form import Kind
from tests.handlers.forms.test_answers import asked, parse, reading


@pytest.mark.parametrize("said", ["十几个", "几十", "好几次", "二十几", "100几", "几个", "数十次", "十几万"])
def test_some_is_no_number(said: str) -> None:
    """十几个 was recorded as 10."""
    with pytest.raises(ValueError, match=r"具体的数.*例如"):
        reading(Kind.INTEGER, said, "发生过几次？")


def test_what_is_told_roughly_of_money_stays() -> None:
    assert reading(Kind.DECIMAL, "十几万", "金额（元）").echo == "记为 100,000 元（十几万）"
    with pytest.raises(
        ValueError, match="“二十几”不是一个具体的数。请回复数字，例如 22；拿不准就写大约的数，例如 约22。"
    ):
        reading(Kind.DECIMAL, "二十几", "占地多少")
    assert reading(Kind.INTEGER, "约22", "发生过几次？").value == "22"


@pytest.mark.parametrize("label", ["涉及的金额", "金额（元）", "金额大约是多少万元？"])
def test_a_sum_that_may_be_in_either_unit_is_asked_about(label: str) -> None:
    with pytest.raises(ValueError, match="“一百五”是 150 元还是 150 万元"):
        reading(Kind.DECIMAL, "一百五", label)
    assert reading(Kind.DECIMAL, "150万元", label).value == ("150" if "万" in label else "1500000")
    assert reading(Kind.DECIMAL, "一百五", "次数").value == "150"


@pytest.mark.parametrize(
    "said", ["4分", "4 分", "４分", "四分", "4颗星", "四颗星", "4星", "第4档", "第四档", "打4分", "4", "4级"]
)
def test_points_on_a_scale(said: str) -> None:
    question = asked(Kind.RANGE, label="危害程度")._replace(start=Decimal(1), end=Decimal(5), step=Decimal(1))
    assert parse(question, said) == "4"
    with pytest.raises(ValueError, match="1 到 5"):
        parse(question, said.replace("4", "6").replace("４", "6").replace("四", "六"))
