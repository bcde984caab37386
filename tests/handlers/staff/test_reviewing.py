"""待阅, 通过, 退回: what an officer says and reads, and what becomes of the sheet."""

import pytest

from handlers.staff import waiting
from storage.admin import administer
from storage.numbers import make_number
from storage.vocabulary import Level, Role
from tests.handlers.desk import Office, User
from tests.handlers.quality_forms import OTHER_PROBLEM, PROBLEM, TITLE, observer, publish, submits

UNKNOWN_NUMBER = make_number(2026, 999)
COMMENT = "第2题请写清时间，第3题请写明责任人。"


@pytest.fixture
async def desk(office: Office) -> Office:
    await publish(office)
    return office


@pytest.fixture
async def wang(desk: Office) -> User:
    return await observer(desk, "王建国", "二公司")


@pytest.fixture
async def sun(desk: Office) -> User:
    return await desk.officer("孙莉", "二公司")


async def test_accepting_with_and_without_a_comment(desk: Office, wang: User, sun: User) -> None:
    first, second = await submits(wang), await submits(wang, 发现了什么问题=OTHER_PROBLEM)
    await sun.says(f"通过 {first} 问题抓得准，措施也实。")
    sun.sees(f"已通过《{TITLE}》{first}", "王建国", "发给填报人的评语：问题抓得准，措施也实。")
    await sun.says(f"通过{second}")
    sun.sees("已通过", "没有写评语")
    await sun.says(f"通过 {first}")
    sun.sees("之前已经通过")
    await sun.says(f"查 {first}")
    sun.sees("已通过", "办理经过", "孙莉通过：问题抓得准，措施也实。")
    assert "通过" not in sun.labels


async def test_returning_tells_what_was_sent_and_which_questions(wang: User, sun: User) -> None:
    number = await submits(wang)
    await sun.says(f"退回 {number} {COMMENT}")
    sun.sees("已退回", f"发给填报人的意见：{COMMENT}", "请填报人补正：第 2、3 题")
    await sun.says(f"退回 {number} 再看看")
    sun.sees("已经退回", "正在补正")
    await sun.says(f"通过 {number}")
    sun.sees("已经退回", "正在补正")


async def test_questions_that_the_sheet_does_not_have_are_named(wang: User, sun: User) -> None:
    number = await submits(wang)
    await sun.says(f"退回 {number} 第3题、第25题请写具体")
    sun.sees("请填报人补正：第 3 题", "没有第 25 题")


async def test_a_comment_without_numbers_lets_everything_be_corrected(wang: User, sun: User) -> None:
    number = await submits(wang)
    await sun.says(f"退回 {number} 请写具体一些，共3题太简单")
    sun.sees("没有指明题号")


async def test_the_taps_of_a_sheet_that_waits(wang: User, sun: User) -> None:
    number = await submits(wang)
    await sun.says(f"查 {number}")
    assert sun.labels == ["通过", "退回…", "待阅", "菜单"]
    await sun.taps("退回…")
    sun.sees("请直接回复退回的意见", number, "取消")
    await sun.says(COMMENT)
    sun.sees("已退回", COMMENT, "第 2、3 题")


async def test_the_menu_and_the_help_lead_to_what_waits(wang: User, sun: User) -> None:
    number = await submits(wang)
    for said in ("菜单", "帮助"):
        await sun.says(said)
        await sun.taps("待阅")
        sun.sees("等您审阅的观察表共 1 份", number)


async def test_a_return_may_be_given_up(wang: User, sun: User) -> None:
    number = await submits(wang)
    for no in ("取消", "算了", "不退了。"):
        await sun.says(f"退回 {number}")
        await sun.says(no)
        sun.sees("没有退回")
    await sun.says(COMMENT)
    sun.sees_not("已退回", "已登记")
    await sun.says("待阅")
    sun.sees(number)


async def test_the_question_for_a_comment_does_not_outlive_another_command_or_half_an_hour(
    desk: Office, wang: User, sun: User
) -> None:
    number = await submits(wang)
    await sun.says(f"退回 {number}")
    await sun.says("菜单")
    await sun.says(COMMENT)
    sun.sees_not("已退回", "已登记")
    await sun.says(f"退回 {number}")
    desk.passes(minutes=31)
    await sun.says(COMMENT)
    sun.sees_not("已退回", "已登记")
    assert "returning" not in sun.memory
    await sun.says(f"退回 {number}")
    await sun.event("view", key="https://example.com")
    await sun.sends("image")
    await sun.says(COMMENT)
    sun.sees("已退回")


async def test_a_sheet_that_was_handed_in_again_meanwhile_is_not_accepted_unread(
    desk: Office, wang: User, sun: User
) -> None:
    li = await desk.officer("李敏", "清源集团")
    number = await submits(wang)
    await li.says(f"查 {number}")
    await sun.says(f"退回 {number} {COMMENT}")
    await wang.says(f"补正 {number}")
    await wang.says("工程部验收签字由一人代签，监理没有到场，从八月起")
    await wang.says("约谈工程部经理，改为两人签字，由副经理负责")
    await wang.says("提交")
    wang.sees("第 2 版")
    await li.says(f"通过 {number}")
    li.sees("新的一版（第 2 版）", f"查 {number}")
    await li.says(f"查 {number}")
    await li.taps("通过")
    li.sees("已通过")


async def test_of_two_officers_the_second_learns_that_it_was_answered(desk: Office, wang: User, sun: User) -> None:
    li = await desk.officer("李敏", "清源集团")
    number = await submits(wang)
    await li.says(f"退回 {number}")
    await sun.says(f"通过 {number} 好")
    await li.says(COMMENT)
    li.sees("之前已经通过")


async def test_unknown_foreign_and_own_numbers_are_told_apart_by_nobody(desk: Office, wang: User) -> None:
    number = await submits(wang)
    stranger, chen = desk.somebody(), await observer(desk, "陈晓", "一公司")
    foreign = await desk.officer("赵强", "一公司")
    admin = await desk.bound(await desk.person("钱管", "二公司", officer_of="二公司", role=Role.ADMINISTRATOR))
    author = wang
    async with administer(desk.database, actor="test", now=desk.now) as admins:
        author_id = (
            await desk.database.records(await desk.database.contact_of(wang.openid, desk.now), now=desk.now).principal()
        ).person_id
        assert author_id is not None
        await admins.give_office(author_id, Role.OFFICER, desk.units["清源集团"])
    slip = number[:-1] + str((int(number[-1]) + 1) % 10)
    for somebody in (stranger, chen, foreign, admin, author):
        answers = set()
        looked_up = ("查 {0}",) if somebody is not author else ()  # an author reads the own sheet
        for command in (*looked_up, "通过 {0}", "通过 {0} 好", "退回 {0}", "退回 {0} 第2题"):
            for typed in (number, UNKNOWN_NUMBER, slip):
                await somebody.says(command.format(typed))
                assert somebody.reply is not None
                answers.add(somebody.reply)
                assert "returning" not in somebody.memory
        assert len(answers) == 1
        somebody.sees("没有查到这个编号")
    for somebody in (stranger, chen, foreign, admin, author):
        await somebody.says("待阅")
        assert somebody.reply is not None
        assert somebody.reply.parts == waiting.NOTHING


async def test_what_waits_is_listed_the_oldest_first_page_by_page(desk: Office, wang: User, sun: User) -> None:
    numbers = []
    for month in range(waiting.PAGE + 2):
        thin = "良好" if month == 1 else f"第{month}次约谈了责任部门，并改为两人签字、拍照留底"
        numbers.append(await submits(wang, 采取了什么措施=thin))
        desk.passes(days=1)
    await sun.says("待 阅".replace(" ", ""))
    sun.sees(
        f"共 {waiting.PAGE + 2} 份", f"1. {numbers[0]}", f"{waiting.PAGE}. {numbers[waiting.PAGE - 1]}", "内容空泛"
    )
    assert "上一页" not in sun.labels
    await sun.taps("下一页")
    sun.sees(f"{waiting.PAGE + 1}. {numbers[waiting.PAGE]}", numbers[-1])
    assert "下一页" not in sun.labels
    await sun.says("待阅 99")
    sun.sees(numbers[-1])
    await sun.taps("上一页")
    await sun.taps(numbers[0])
    sun.sees("王建国", PROBLEM)
    await sun.taps("通过")
    await sun.says("待阅 第2页")
    sun.sees(f"共 {waiting.PAGE + 1} 份")


async def test_the_commands_are_shown_to_those_who_have_the_right(desk: Office, wang: User, sun: User) -> None:
    for word in ("菜单", "帮助"):
        await sun.says(word)
        sun.sees("待阅", "通过 编号 评语", "退回 编号 意见")
        await wang.says(word)
        wang.sees_not("待阅", "退回 编号")
    wang.sees("我的观察表", "补正")


async def test_an_officer_who_observes_too_goes_on_with_the_form(desk: Office, wang: User) -> None:
    number = await submits(wang)
    person = await desk.person("冯兼", "二公司", observes=[(Level.PROJECT, "二公司")], officer_of="二公司")
    feng = await desk.bound(person)
    await feng.says(f"开始 {TITLE}")
    await feng.says(f"退回 {number}")
    feng.sees("请直接回复退回的意见", f"未完成的《{TITLE}》")
    await feng.says("第2题")
    feng.sees("已退回")
    await feng.says("继续")
    feng.sees("第 1/")


async def test_a_comment_that_is_too_long_is_not_sent(wang: User, sun: User) -> None:
    number = await submits(wang)
    await sun.says(f"退回 {number} {'长' * 1001}")
    sun.sees("太长了")
    await sun.says(f"通过 {number} {'长' * 1001}")
    sun.sees("太长了")


async def test_a_long_answer_that_begins_like_a_command_is_an_answer(wang: User) -> None:
    await wang.says(f"开始 {TITLE}")
    await wang.says("有新情况")
    await wang.says("通过26次谈话了解到，验收签字由一人代签")
    wang.sees("第 3/6 题")


@pytest.mark.parametrize("said", ["好的", "知道了", "嗯", "好吧", "为什么", "。"])
async def test_what_says_nothing_is_no_comment(wang: User, sun: User, said: str) -> None:
    """好的 was sent to the observer as what to correct."""
    number = await submits(wang)
    await sun.says(f"退回 {number}")
    await sun.says(said)
    sun.sees(f"没有当作退回的意见，{number} 还没有退回", "第4、7题")
    await sun.says(COMMENT)
    sun.sees("已退回", COMMENT)


async def test_what_else_is_asked_for_puts_a_return_aside_and_says_so(wang: User, sun: User) -> None:
    number = await submits(wang)
    await sun.says(f"退回 {number}")
    await sun.says("待阅")
    sun.sees("等您审阅的观察表共 1 份", f"刚才要退回的 {number} 先放下了，没有退回。还要退回，请回复 退回 {number}")
    await sun.says("菜单")
    sun.sees_not("先放下了")
    await sun.says(f"退回 {number}")
    await sun.says("取消")
    sun.sees("没有退回")
    sun.sees_not("先放下了")
    await sun.says(f"退回 {number}")
    await sun.says(f"退回 {number} {COMMENT}")
    sun.sees("已退回")
    sun.sees_not("先放下了")


async def test_a_number_typed_after_the_list_opens_that_sheet(desk: Office, wang: User, sun: User) -> None:
    first = await submits(wang)
    desk.passes(minutes=1)
    second = await submits(wang, 发现了什么问题=OTHER_PROBLEM)
    await sun.says("待阅")
    await sun.says("2")
    sun.sees(f"《{TITLE}》 {second}", OTHER_PROBLEM)
    await sun.says("第1份")
    sun.sees(first, PROBLEM)
    await sun.says("3")
    sun.sees("刚才列出的是第 1 到 2 份，没有第 3 份")
    await sun.says(f"退回 {first}")
    await sun.says("1")
    sun.sees("“1”没有当作退回的意见")
    desk.passes(hours=1)
    await sun.says("2")
    sun.sees_not(second)
