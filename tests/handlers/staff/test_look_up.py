"""查 <number>: who reads a sheet, and that everybody else learns nothing, not even that it exists."""

import re

import pytest

from storage.vocabulary import Level, Role
from tests.handlers.answering import WEAK, submits
from tests.handlers.desk import Office, User
from tests.handlers.messages.kept import SUGGESTION


async def test_an_officer_reads_a_sheet(office: Office) -> None:
    wang = await office.observer()
    number = await submits(wang, 项目投资的总体情况="有薄弱环节", 是否发现以下苗头或问题="1")
    li = await office.officer("李敏", "清源集团")
    await li.says(f"查 {number}")
    li.sees("《综合观察表》", number, "王建国", "二公司", "2026-11-20 20:30", "待审阅", "2026年第四季度")
    li.sees("问题和风险点（2 项）", f"〔中〕{WEAK}", "措施：改为两人经办并由纪检复核", "金额：1.20 万元")
    li.sees("【三、项目投资】", "有薄弱环节", "87.5", "2026-11-19")
    assert li.committed == 2, "binding and reading; the reading is on the audit log"
    assert (await office.database.verify_audit()).broken_at is None


@pytest.mark.parametrize(
    "spell", ["查{}", "查 {}", "查　{}", "“查{}”", "查询 {}", "查：{}", "查看{}。", " 查  {} ", "查《{}》"]
)
async def test_a_number_as_people_type_it(office: Office, spell: str) -> None:
    number = await submits(await office.observer())
    li = await office.officer("李敏", "二公司")
    full_width = "".join(chr(ord(each) + 0xFEE0) if each.isascii() else each for each in number)
    spellings = (number, number.lower(), number.replace("-", ""), number[2:], number.replace("-", " "), full_width)
    for spelled in spellings:
        await li.says(spell.format(spelled))
        li.sees("王建国")


async def test_everybody_else_gets_the_answer_for_an_unknown_number_to_the_byte(office: Office) -> None:
    wang = await office.observer()
    number = await submits(wang)
    typo = number[:-1] + str((int(number[-1]) + 1) % 10)
    li = await office.officer("李敏", "清源集团")
    people = {
        "stranger": office.somebody(),
        "another observer": await office.observer("陈晓", "一公司"),
        "somebody without an appointment": await office.bound(await office.person("何静", "二公司")),
        "an officer of a sister company": await office.officer("赵强", "一公司"),
        "an officer of a site below": await office.officer("孙莉", "项目部"),
        "an administrator": await office.bound(
            await office.person("吴刚", "清源集团", officer_of="清源集团", role=Role.ADMINISTRATOR)
        ),
    }
    await li.says(f"查 {typo}")
    unknown = li.reply
    assert unknown is not None
    for said in ("查 GC26-9999991", "查 GC26-1", "查 123456", "查 GC99-0000174", "查 abc"):
        await li.says(said)
        assert li.reply == unknown, said
    for name, user in people.items():
        before = user.committed
        for said in (number, typo, "GC26-9999991"):
            await user.says(f"查 {said}")
            assert user.reply == unknown, (name, said)
        assert user.committed == before, name
    await li.says(f"查 {number}")
    li.sees("王建国")


@pytest.mark.parametrize("number", ["GC26-0000179", "gc 26 0000179", "260000179", "YJ26-0000013", "yj260000013。"])
@pytest.mark.parametrize("command", ["查 {}", "改类 {} 低", "通过 {}", "退回 {} 请写具体"])
async def test_the_example_is_never_the_number_that_was_asked_for(office: Office, number: str, command: str) -> None:
    li = await office.officer("李敏", "清源集团")
    await li.says(command.format(number))
    assert li.seen == "没有查到这个编号。请核对编号。\n\n菜单"
    chen = await office.observer("陈晓", "一公司")
    await chen.says(command.format(number))
    assert chen.reply == li.reply


async def test_an_author_who_became_an_officer_reads_the_own_sheet_as_an_author_only(office: Office) -> None:
    person = await office.person("王建国", "二公司", observes=[(Level.COMPREHENSIVE, "二公司")], officer_of="二公司")
    wang = await office.bound(person)
    number = await submits(wang)
    await wang.says(f"查 {number}")
    wang.sees("填报单位：清源集团 / 二公司", "状态：待阅")
    wang.sees_not("填报人")
    assert wang.labels == ["我的观察表", "菜单"]
    for command in ("通过", "退回"):
        await wang.says(f"{command} {number}")
        wang.sees("没有查到")


async def test_within_a_form_only_a_number_makes_it_a_command(office: Office) -> None:
    wang = await office.observer()
    await wang.says("综合观察表")
    await wang.says("有薄弱环节")
    await wang.says("查出三起超标准接待的问题，已经整改")
    wang.sees("风险等级")
    await wang.says("查 GC26-0000179")
    wang.sees("没有查到", "未完成的《综合观察表》")
    await wang.says("继续")
    wang.sees("风险等级")


def _spellings(number: str) -> list[str]:
    full_width = "".join(chr(ord(each) + 0xFEE0) if each.isascii() else each for each in number)
    return [number, number.lower(), number.replace("-", ""), f"“{number}。”", number.replace("-", " "), full_width]


async def test_a_number_by_itself_is_read_as_with_the_word(office: Office) -> None:
    """An officer was told that none of their own messages has it, or was not understood at all."""
    wang, li = await office.observer(), await office.officer("李敏", "清源集团")
    number, message = await submits(wang), await _message(wang)
    for asked, seen in ((number, "王建国"), (message, "提交人选的类型：建议")):
        for spelled in _spellings(asked):
            await li.says(f"查 {spelled}")
            li.sees(seen)
            read, committed = li.reply, li.committed
            await li.says(spelled)
            assert li.reply == read
            assert li.committed == committed + 1, "the reading is on the audit log"
    await li.says("待阅")
    await li.says(number[2:].replace("-", ""))
    li.sees("王建国")
    assert (await office.database.verify_audit()).broken_at is None


async def test_a_number_by_itself_tells_an_officer_that_there_is_none(office: Office) -> None:
    li = await office.officer("李敏", "清源集团")
    for said in ("GC26-9999991", "GC26-0000178", "YJ26-9999991", "yj 26 0000012"):
        await li.says(f"查 {said}")
        li.sees("没有查到这个编号")
        unknown = li.reply
        await li.says(said)
        assert li.reply == unknown
    await li.says("269999991")
    li.sees_not("没有查到这个编号")


async def test_authors_read_their_own_by_the_number_alone(office: Office) -> None:
    wang = await office.observer()
    number, message = await submits(wang), await _message(wang)
    for asked in (number, number[2:], message):
        await wang.says(f"查 {asked}")
        read = wang.reply
        await wang.says(asked)
        assert wang.reply == read
    wang.sees(SUGGESTION)


async def test_nobody_else_learns_anything_by_a_number_alone(office: Office) -> None:
    wang = await office.observer()
    await _message(wang)  # its number is the one that is shown as an example
    number, message = await submits(wang), await _message(wang)
    people = (
        office.somebody(),
        await office.observer("陈晓", "一公司"),
        await office.officer("赵强", "一公司"),
        await office.officer("孙莉", "项目部"),
    )
    for user in people:
        for there, missing in ((number, "GC26-9999991"), (number[2:], "26-9999991"), (message, "YJ26-9999991")):
            committed = user.committed
            await user.says(there)
            learnt = user.reply
            await user.says(missing)
            assert user.reply == learnt
            assert user.committed == committed
            user.sees_not("王建国", SUGGESTION)


async def test_an_officer_who_wrote_it_reads_it_by_the_number_as_its_author(office: Office) -> None:
    person = await office.person("王建国", "二公司", observes=[(Level.COMPREHENSIVE, "二公司")], officer_of="二公司")
    wang = await office.bound(person)
    number, message = await submits(wang), await _message(wang)
    await wang.says(number)
    wang.sees("填报单位：清源集团 / 二公司")
    wang.sees_not("填报人")
    await wang.says(message)
    wang.sees(SUGGESTION)
    wang.sees_not("分类：")


async def _message(user: User) -> str:
    """The number of a message that was handed in."""
    await user.says(SUGGESTION)
    await user.taps("对，提交")
    found = re.search(r"YJ[0-9]{2}-[0-9]{7}", user.seen)
    assert found is not None
    return found[0]
