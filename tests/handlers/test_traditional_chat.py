"""Commands in traditional characters: understood as in simplified ones, and what is kept stays as typed."""

from datetime import UTC, datetime

import pytest
from opencc import OpenCC

from handlers import words
from handlers.rounds.rule import RuleKind
from handlers.staff import commands
from handlers.staff.command import StaffCommand
from handlers.words import WORDS, Heard
from storage.vocabulary import Level
from tests.handlers import opening
from tests.handlers.answering import submits
from tests.handlers.desk import Office, User

SPELLINGS = [OpenCC(name) for name in ("s2t", "s2tw", "s2hk")]
END_OF_YEAR = datetime(2026, 12, 31, 10, 0, tzinfo=UTC)


@pytest.fixture
async def li(office: Office) -> User:
    await office.person("王建国", "二公司", observes=[(Level.COMPREHENSIVE, "二公司")])
    rule = await opening.add(office, opening.rule_of(office, Level.COMPREHENSIVE, "清源集团"))
    await opening.opened(office, rule, Level.COMPREHENSIVE, due=END_OF_YEAR)
    return await office.officer("李敏", "清源集团")


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_heard_in_traditional_characters(word: str) -> None:
    for spelling in SPELLINGS:
        assert words.hear(spelling.convert(word)) == Heard(WORDS[word])


@pytest.mark.parametrize("command", commands.COMMANDS, ids=lambda command: command.word)
def test_every_staff_command_is_heard_in_traditional_characters(command: StaffCommand) -> None:
    """With its example, where its help gives one."""
    quoted = command.help.split("“")
    said = quoted[1].split("”")[0] if len(quoted) > 1 and quoted[1].startswith(command.word) else command.word
    heard = commands.hear(said)
    for spelling in SPELLINGS:
        again = commands.hear(spelling.convert(said))
        assert (again and again[0].word) == (heard and heard[0].word), spelling.convert(said)


def test_what_came_along_stays_as_typed() -> None:
    assert words.hear("開始《綜合觀察表》").rest == "綜合觀察表"
    heard = commands.hear("人員　賀敏。")
    assert heard is not None
    assert heard[1] == "賀敏"
    heard = commands.hear("退回 GC26-0000179 第4題請寫具體")
    assert heard is not None
    assert heard[1] == "GC26-0000179 第4題請寫具體"


async def test_an_officer_asks_who_has_not_handed_in_and_for_it(li: User) -> None:
    await li.says("選單")
    li.sees("未交")
    await li.says("未交 第四季度 綜合 二公司")
    li.sees("2026年第四季度 · 综合 · 二公司：应交 1 份")
    await li.says("誰還沒交")
    li.sees("王建国")
    await li.says("催辦 綜合")
    li.sees("确认")
    await li.says("取消")


async def test_names_are_looked_up_as_typed_and_then_in_simplified_characters(office: Office, li: User) -> None:
    await office.person("賀蘭", "一公司")
    await office.person("贺兰", "二公司")
    await office.person("陈国庆", "二公司")
    await li.says("人員 賀蘭")
    li.sees("賀蘭", "一公司")
    li.sees_not("二公司")
    await li.says("人员 贺兰")
    li.sees("贺兰", "二公司")
    await li.says("人員 陳國慶")
    li.sees("陈国庆")
    await li.says("聘任 賀蘭 職能 二公司 自 12月1日")
    li.sees("賀蘭", "职能", "二公司", "2026年12月1日")
    await li.says("確認")
    li.sees("已办好：賀蘭")


async def test_a_reason_and_a_project_are_kept_as_typed(office: Office, li: User) -> None:
    await li.says("免交 王建國 四季度 休產假")
    li.sees("免交 王建国", "理由：休產假")
    await li.says("取消")
    await office.person("吴桂芳", "一公司", observes=[(Level.PROJECT, "一公司")])
    await opening.add(office, opening.rule_of(office, Level.PROJECT, "清源集团", kind=RuleKind.NODE, calendar=""))
    await li.says("開節點 東區管網改造 變更 截止 12月21日 由 吳桂芳")
    li.sees("東區管網改造", "项目变更", "吴桂芳", "12月21日")


async def test_a_word_is_added_and_labels_are_changed(office: Office, li: User) -> None:
    wang = await office.observer()
    await wang.says("建議食堂晚上加一個熱菜")
    await wang.says("對，提交")
    wang.sees("已登记")
    number = wang.seen.split("YJ26-")[1][:7]
    await li.says(f"改類 YJ26-{number} 車輛管理")
    li.sees("车辆管理")
    await li.says("加詞 甲供料 物資管理 高")
    li.sees("加词“甲供料”（物资管理，分量高）")
    await li.says("沒問題")
    li.sees("已生效")
    await li.says("撤銷改詞")
    li.sees("甲供料")
    await li.says("確定")
    li.sees("已撤销")
    await li.says("刪詞 甲供料")
    li.sees("词库里没有")


async def test_a_comment_stays_as_typed_and_its_questions_are_found(office: Office, li: User) -> None:
    chen = await office.observer("陈晓", "一公司")
    number = await submits(chen)
    await li.says(f"查詢 {number}")
    li.sees(number)
    await li.says(f"退回 {number} 第4題請寫具體")
    li.sees("已退回")
    await chen.says("我的觀察表")
    await chen.says(f"補正 {number}")
    chen.sees("第4題請寫具體")


async def test_a_form_is_begun_and_handled_in_traditional_characters(office: Office) -> None:
    chen = await office.observer("陈晓", "一公司")
    await chen.says("開始 綜合觀察表")
    chen.sees("1/")
    await chen.says("暫存")
    chen.sees("已暂存")
    await chen.says("繼續")
    chen.sees("1/")
    await chen.says("幫助")
    await chen.says("取消填寫")
    chen.sees("确认取消")
