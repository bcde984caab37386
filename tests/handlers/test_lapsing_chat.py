"""Drafts that nobody touches: kept until a day that is told, mentioned when that is near, lapsed, taken back."""

from datetime import timedelta

from bot.lapsing import RESTORABLE, Drafts
from storage.vocabulary import DraftState
from tests.handlers.answering import FORM, answers, begins
from tests.handlers.desk import Office, User


async def tick(office: Office) -> None:
    """The clock looks at drafts."""
    await Drafts(office.database.lapsing, lambda: office.now, 14).end()


async def state_of(office: Office, user: User, draft: str) -> DraftState:
    """What became of a draft."""
    contact = await office.database.contact_of(user.openid, office.now)
    found = await office.database.records(contact, now=office.now).draft(draft)
    assert found is not None
    return found.state


async def test_putting_aside_says_until_when(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("暂存")
    wang.sees("保留到 12月4日")


async def test_a_draft_that_lapses_soon_is_mentioned_with_its_day(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("总体良好")
    await wang.says("暂存")
    await wang.says("菜单")
    wang.sees_not("失效")
    office.passes(days=11, hours=1)
    await wang.says("菜单")
    wang.sees("未完成的《综合观察表》（12月4日失效）")
    wang.forget()
    await wang.says("菜单")
    wang.sees(f"继续 {FORM}（12月4日失效）")
    await wang.says("廉洁承诺书")
    await wang.says("暂存")
    await wang.says("继续")
    wang.sees("接着填哪一份", f"{FORM}（12月4日失效）")
    wang.sees_not("廉洁承诺书（")


async def test_somebody_is_warned_once_and_touching_the_form_keeps_it(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("暂存")
    office.passes(days=11, hours=1)
    await tick(office)
    await wang.says("菜单")
    wang.sees("还没有提交", "12月4日之后，草稿会自动失效")
    await tick(office)
    await wang.says("菜单")
    wang.sees_not("自动失效")
    await wang.says("继续")
    await wang.says("总体良好")
    draft = wang.memory["sheet"]["draft"]
    office.passes(days=10)
    await tick(office)
    assert await state_of(office, wang, draft) is DraftState.OPEN


async def test_answering_now_and_then_within_a_section_keeps_a_form(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await answers(wang, "是否发现以下苗头或问题")
    draft = wang.memory["sheet"]["draft"]
    for _ in range(4):
        office.passes(days=6)
        await tick(office)
        await wang.says("上一步")
        await wang.says("跳过")
    assert await state_of(office, wang, draft) is DraftState.OPEN
    wang.forget()
    await wang.says("继续")
    wang.sees("是否发现以下苗头或问题")


async def test_a_lapsed_form_in_the_conversation_is_found_again_with_every_answer(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await answers(wang, "风险等级", 项目投资的总体情况="有薄弱环节")
    office.passes(days=15)
    await tick(office)
    await wang.says("2")
    wang.sees("很久没有动过", "已于 12月5日失效", "没有记入表中", "找回")
    await wang.taps("找回")
    wang.sees("找回来了", "风险等级")
    await wang.says("2")
    await answers(wang, "都答完了", 采取="改为两人经办并由纪检复核", 风险等级="2")
    await wang.says("提交")
    wang.sees("编号：")


async def test_a_lapsed_form_is_found_again_from_the_records(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("总体良好")
    await wang.says("暂存")
    wang.forget()
    office.passes(days=15)
    await tick(office)
    await wang.says("继续")
    wang.sees("已于 12月5日失效", "找回")
    await wang.taps("找回")
    wang.sees("找回来了", "第 2/")
    await wang.says("总体良好")
    wang.sees("第 3/")


async def test_words_about_a_lapsed_form_say_the_same(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("总体良好")
    office.passes(days=15)
    await tick(office)
    for said in ("预览", "暂存", "提交", "继续"):
        await wang.says(said)
        wang.sees("失效", "找回")
    await wang.sends("image")
    wang.sees_not("第 2/")
    await wang.says("找回")
    wang.sees("找回来了", "第 2/")


async def test_what_was_erased_cannot_be_found_again(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("暂存")
    office.passes(days=15)
    await tick(office)
    office.now += RESTORABLE + timedelta(hours=1)
    await tick(office)
    await wang.says("找回")
    wang.sees("没有可以找回的表")


async def test_several_lapsed_forms_are_listed(office: Office) -> None:
    wang = await office.observer()
    await begins(wang)
    await wang.says("暂存")
    await wang.says("廉洁承诺书")
    await wang.says("暂存")
    office.passes(days=15)
    await tick(office)
    await wang.says("继续")
    wang.sees(f"找回 {FORM}（12月5日失效）", "找回 廉洁承诺书")
    await wang.taps("找回 廉洁承诺书")
    wang.sees("《廉洁承诺书》找回来了")
