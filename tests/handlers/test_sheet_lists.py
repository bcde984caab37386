"""Long lists of choices in the chat: pages, search by typing, numbers that count in what is shown."""

import pytest

from bot.wechat.limits import TEXT_BYTES
from bot.wechat.pagination import paginate
from storage.vocabulary import Level
from tests.handlers.desk import Office, User, markdown_form

TRADES = ("土建", "安装", "市政", "园林", "装饰", "钢构", "水利", "公路")
UNITS = [f"{trade}工程{number}部" for trade in TRADES for number in ("第一", "第二", "第三")]
LISTS = (
    """
| survey | type | name | label | required |
| | select_one unit | unit | 问题出在哪个部门？ | yes |
| | select_multiple unit | units | 还涉及哪些部门？ | yes |
| | text | what | 说说情况 | no |
| choices | list_name | name | label |
"""
    + "\n".join(f"| | unit | u{number} | {label} |" for number, label in enumerate(UNITS, start=1))
    + """
| settings | form_title | form_id |
| | 部门观察表 | units_test |
"""
)


@pytest.fixture
async def zhou(office: Office) -> User:
    """Somebody at the first question of a form with long lists."""
    await office.publish(markdown_form(LISTS), "清源集团", Level.PROJECT)
    user = await office.bound(await office.person("周平", "一公司", observes=[(Level.PROJECT, "一公司")]))
    await user.says("部门观察表")
    user.sees("第 1/3 题", "1. 土建工程第一部", "第 1/", "共 24 项", "下一页")
    return user


def fits(user: User) -> bool:
    """Whether the reply is one WeChat message."""
    assert user.reply is not None
    return len(paginate(user.reply, TEXT_BYTES)) == 1


async def test_every_page_fits_into_one_message_and_together_they_are_the_list(zhou: User) -> None:
    seen: list[str] = []
    while True:
        assert fits(zhou)
        seen += [label for label in zhou.labels if label in UNITS]
        if "下一页" not in zhou.labels:
            break
        await zhou.taps("下一页")
        zhou.sees("第 1/3 题", "上一页")
    assert seen == UNITS
    await zhou.taps("上一页")
    assert zhou.labels[0] not in seen[:1]
    await zhou.says("全部选项")
    zhou.sees("1. 土建工程第一部")


async def test_numbers_count_in_the_whole_list_on_every_page(zhou: User) -> None:
    await zhou.taps("下一页")
    await zhou.says("2")
    zhou.sees("已记：土建工程第二部", "第 2/3 题")
    await zhou.says("上一步")
    await zhou.says("24")
    zhou.sees("已记：公路工程第三部")


async def test_a_part_shows_only_what_it_may_mean_and_numbers_count_there(zhou: User) -> None:
    await zhou.says("园林")
    zhou.sees("可能是指", "请在下面 3 项里选", "1. 园林工程第一部", "3. 园林工程第三部", "全部选项")
    zhou.sees_not("土建")
    await zhou.says("9")
    zhou.sees("没有第 9 项，请回复 1 到 3", "1. 园林工程第一部")
    await zhou.says("2")
    zhou.sees("已记：园林工程第二部", "第 2/3 题")


async def test_a_search_may_be_narrowed_left_and_begun_again(zhou: User) -> None:
    await zhou.says("园林")
    await zhou.says("钢构")
    zhou.sees("1. 钢构工程第一部")
    await zhou.taps("全部选项")
    zhou.sees("1. 土建工程第一部", "共 24 项")
    await zhou.says("工程第一部")
    zhou.sees("请在下面 8 项里选", "8. 公路工程第一部")
    await zhou.says("水利")
    zhou.sees("已记：水利工程第一部")


async def test_what_was_mistyped_suggests_the_nearest(zhou: User) -> None:
    await zhou.says("园林工程弟一部")
    zhou.sees("选项里没有", "1. 园林工程第一部")
    await zhou.taps("园林工程第一部")
    zhou.sees("已记：园林工程第一部")


async def test_nothing_alike_shows_the_page_again(zhou: User) -> None:
    await zhou.says("xyz")
    zhou.sees("选项里没有“xyz”", "1. 土建工程第一部", "共 24 项")


async def test_several_from_a_long_list_by_ticking_over_pages(zhou: User) -> None:
    await zhou.says("1")
    zhou.sees("第 2/3 题")
    await zhou.taps("逐项点选")
    await zhou.taps("土建工程第一部")
    assert fits(zhou)
    await zhou.taps("下一页")
    zhou.sees("已选：土建工程第一部")
    await zhou.says("公路")
    zhou.sees("可能是指", "☐ 1. 公路工程第一部")
    await zhou.taps("公路工程第三部")
    zhou.sees("☑ 1. 土建工程第一部", "已选：土建工程第一部、公路工程第三部")
    await zhou.says("24")
    zhou.sees_not("已选")
    await zhou.says("24")
    await zhou.taps("选好了")
    zhou.sees("已记：土建工程第一部、公路工程第三部", "第 3/3 题")


async def test_several_from_a_long_list_by_numbers_of_a_search(zhou: User) -> None:
    await zhou.says("1")
    await zhou.says("园林")
    await zhou.says("1 3")
    zhou.sees("已记：园林工程第一部、园林工程第三部")
    await zhou.says("上一步")
    await zhou.says("除了1-21都选")
    zhou.sees("已记：公路工程第一部、公路工程第二部、公路工程第三部")


async def test_a_search_is_forgotten_with_its_question(zhou: User) -> None:
    await zhou.says("1")
    await zhou.says("园林")
    zhou.sees("请在下面 3 项里选")
    await zhou.says("上一步")
    zhou.sees("1. 土建工程第一部", "共 24 项")
    await zhou.says("2")
    zhou.sees("第 2/3 题", "1. 土建工程第一部")
