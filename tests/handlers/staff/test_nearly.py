"""Other words for a staff command: officers are told how it is said, everybody else is understood as before."""

import pytest

from handlers import words
from handlers.staff import commands, nearly
from tests.handlers.desk import Office

MEANT = {
    "看意见": (
        *(
            "看看意见",
            "看建议",
            "看投诉",
            "意见汇总",
            "查看意见",
            "看一下最近的意见",
            "看看大家的建议",
            "有哪些意见",
            "意见列表",
        ),
    ),
    "改类": (
        *("把 YJ26-0000120 改成投诉", "YJ26-0000120 改投诉", "yj26 0000120 改为投诉", "将YJ26-0000120的分类改成投诉"),
        *(
            "把 GC26-0000179 第2项 归到 食堂后勤",
            "改分类 YJ26-0000120 投诉",
            "改 YJ26-0000120 投诉",
            "YJ26-0000120 应该是投诉",
        ),
    ),
    "加词": ("增加词 甲供料 物资管理 高", "加个词", "添加词", "加一个新词 甲供料", "新增词语：甲供料", "增加词甲供料"),
    "删词": ("删除词 甲供料", "去掉词 甲供料", "删掉词语", "删个词"),
    "撤销改词": ("撤回改词", "撤销加词", "撤销删词 甲供料", "撤回改词 2", "取消加词", "恢复改动"),
    "词库": ("看词库", "词库记录", "查看词库", "看看改词记录", "加词记录"),
}
OTHERS = (
    "意见箱坏了",
    "看看意见箱里有没有钥匙",
    "建议汇总各部门的意见再定",
    "看我的意见",
    "增加词典供大家查阅",
    "增加食堂菜品",
    "去掉词汇表里的错字",
    "删除第3题",
    "YJ26-0000120 什么时候答复",
    "请问 YJ26-0000120 办得怎么样了",
    "撤销对他的处分",
    "改革方案什么时候出",
)


@pytest.mark.parametrize(("word", "said"), [(word, said) for word, several in MEANT.items() for said in several])
async def test_an_officer_is_told_how_the_command_is_said(office: Office, word: str, said: str) -> None:
    """They were told that this was taken for a suggestion."""
    li = await office.officer("李敏", "清源集团")
    await li.says(said)
    li.sees(f"这样说：{word}")
    wang = await office.observer()
    for user in (wang, office.somebody()):
        await user.says(said)
        user.sees_not("这样说")
    if word not in ("看意见", "改类"):
        sun = await office.officer("孙莉", "二公司")
        await sun.says(said)
        sun.sees_not("这样说")


@pytest.mark.parametrize("said", OTHERS)
def test_what_is_no_other_word_for_a_command(said: str) -> None:
    assert nearly.word(words.normal(said)) == ""


def test_every_other_word_is_for_a_command() -> None:
    assert nearly.MEANT.keys() <= {command.word for command in commands.COMMANDS if command.listed}
    assert nearly.MEANT.keys() == MEANT.keys()


async def test_a_command_that_takes_nothing_along_may_be_tapped(office: Office) -> None:
    li = await office.officer("李敏", "清源集团")
    await li.says("看看意见")
    await li.taps("看意见")
    li.sees("没有收到意见建议")
    await li.says("看词库")
    await li.taps("词库")
    li.sees("还没有人改过")
    await li.says("改类")
    assert li.labels == ["菜单"]


@pytest.mark.parametrize("said", ["下一页", "上一页", "下页。", "翻页"])
async def test_where_no_list_was_shown_no_page_is_turned(office: Office, said: str) -> None:
    """It was taken for a suggestion and read back."""
    for user in (await office.officer("李敏", "清源集团"), await office.observer(), office.somebody()):
        await user.says(said)
        user.sees("没有可以翻的页")
        assert user.labels == ["菜单"]


async def test_where_a_list_was_shown_its_page_is_turned(office: Office) -> None:
    li, wang = await office.officer("李敏", "清源集团"), await office.observer()
    for place in range(9):
        await wang.says(f"建议食堂晚上加一个热菜，第{place}次说了")
        await wang.taps("对，提交")
    await li.says("看意见")
    await li.says("下一页")
    li.sees("第0次")
    await li.says("下一页")
    li.sees("没有可以翻的页")
