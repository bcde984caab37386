"""What was understood is told back, and 修改 alone returns to it."""

import pytest

from storage.vocabulary import Level
from tests.handlers.desk import Office, User, markdown_form

AMOUNTS = """
| survey | type | name | label | required |
| | date | found | 哪天发现的？ | yes |
| | decimal | money | 涉及的金额（元） | no |
| | integer | times | 发生过几次？ | yes |
| | text | what | 说说情况 | no |
| settings | form_title | form_id |
| | 金额观察表 | amounts_test |
"""


@pytest.fixture
async def zhou(office: Office) -> User:
    """Somebody at the first question; it is Friday, 2026-11-20."""
    await office.publish(markdown_form(AMOUNTS), "清源集团", Level.PROJECT)
    user = await office.bound(await office.person("周平", "一公司", observes=[(Level.PROJECT, "一公司")]))
    await user.says("金额观察表")
    return user


async def test_a_day_is_told_back_and_corrected(zhou: User) -> None:
    await zhou.says("上周五下午")
    zhou.sees("记为 2026-11-13（周五），不对请回复 修改", "第 2/4 题")
    await zhou.taps("修改")
    zhou.sees("第 1/4 题", "已填：2026-11-13")
    await zhou.says("11月12号")
    zhou.sees("记为 2026-11-12（周四）", "第 2/4 题")


async def test_an_amount_keeps_what_was_said(zhou: User) -> None:
    await zhou.says("昨天")
    await zhou.says("6000余万元")
    zhou.sees("记为 60,000,000 元（6000余万元），不对请回复 修改", "第 3/4 题")
    await zhou.says("预览")
    zhou.sees("6000余万元")


async def test_change_alone_asks_which_where_nothing_was_told_back(zhou: User) -> None:
    await zhou.says("昨天")
    await zhou.says("没看懂的话")
    await zhou.says("修改")
    zhou.sees("连题号一起说")
    await zhou.says("继续")
    await zhou.says("跳过")
    zhou.sees("第 3/4 题")
    await zhou.says("修改")
    zhou.sees("连题号一起说")


async def test_the_last_answer_is_corrected_from_the_end(zhou: User) -> None:
    await zhou.says("昨天")
    await zhou.says("没有")
    zhou.sees("这一题留空，不对请回复 修改", "第 3/4 题")
    await zhou.says("没有")
    zhou.sees("记为 0（没有）", "第 4/4 题")
    await zhou.says("修改")
    zhou.sees("第 3/4 题", "已填：0")
    await zhou.says("3次")
    await zhou.says("跳过")
    zhou.sees("都答完了")


async def test_what_is_no_day_is_asked_with_an_example(zhou: User) -> None:
    await zhou.says("国庆期间")
    zhou.sees("国庆期间是哪一天？例如 10月3日", "第 1/4 题")
    await zhou.says("2月30日")
    zhou.sees("没有2026年2月30日这一天")
    await zhou.says("10月3日")
    zhou.sees("记为 2026-10-03（周六）")


async def test_who_comes_back_after_days_is_told_too(office: Office, zhou: User) -> None:
    office.passes(days=3)
    await zhou.says("昨天")
    zhou.sees("欢迎回来", "记为 2026-11-22（周日），不对请回复 修改")
    await zhou.taps("修改")
    zhou.sees("第 1/4 题")
