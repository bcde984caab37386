"""Menu, help, welcome, and what is said to those whose words mean nothing yet."""

import pytest

from storage.admin import administer
from storage.vocabulary import Level, Role
from tests.handlers.answering import FORM
from tests.handlers.desk import Office


async def test_a_stranger_is_welcomed_whatever_the_first_word(office: Office) -> None:
    for said in ("你好", "菜单", "开始", "继续", "提交", FORM, "🙂", "<a href='x'>y</a>", " "):
        user = office.somebody()
        await user.says(said)
        user.sees("绑定码", "纪检人员")
        assert user.taps_seen


async def test_somebody_without_an_appointment_is_told_how_to_get_one(office: Office) -> None:
    chen = await office.bound(await office.person("陈晓", "一公司"))
    await chen.says("菜单")
    chen.sees("陈晓", "没有观察员聘任", "联系本单位纪检人员", "可以填的表单", "廉洁承诺书")
    await chen.says("开始")
    chen.sees("没有观察员聘任", "要填哪一份", "廉洁承诺书")
    chen.sees_not(FORM, "没有发布")
    await chen.taps("廉洁承诺书")
    chen.sees("第 1/", "涉密")
    await chen.says("取消")
    await chen.says("确认取消")
    await chen.says(FORM)
    chen.sees("没有登记")


async def test_an_observer_whose_form_is_not_published_is_told_so(office: Office) -> None:
    person = await office.person("周平", "一公司", observes=[(Level.PROJECT, "一公司")])
    zhou = await office.bound(person)
    async with administer(office.database, actor="test", now=office.now) as admin:
        lines = await admin.forms(office.units["清源集团"])
        await admin.withdraw_form(next(line.id for line in lines if line.name == "project"))
    for said in ("菜单", "开始"):
        await zhou.says(said)
        zhou.sees("还没有发布", "廉洁承诺书")
        zhou.sees_not("项目观察表")


async def test_what_an_appointment_asks_for_comes_first(office: Office) -> None:
    wang = await office.observer()
    await wang.says("菜单")
    assert wang.seen.index(FORM) < wang.seen.index("其他表单") < wang.seen.index("廉洁承诺书")
    await wang.says("开始")
    wang.sees("开始填写《综合观察表》", "要填别的，回复 其他表单")
    await wang.taps("其他表单")
    wang.sees("廉洁承诺书", "您有一份未完成的《综合观察表》")
    wang.sees_not("观察表（")
    await wang.taps("廉洁承诺书")
    wang.sees("开始填写《廉洁承诺书》")
    wang.sees_not("要填别的")


async def test_what_means_nothing_was_not_kept(office: Office) -> None:
    wang = await office.observer()
    await wang.says("今天天气不错")
    wang.sees("没有看懂", "没有登记")
    assert wang.labels == ["菜单", "帮助"]


async def test_the_menu_offers_what_can_be_done(office: Office) -> None:
    wang = await office.observer()
    await wang.says("菜单")
    wang.sees("清源集团", "二公司", FORM)
    wang.sees_not("查 编号")
    await wang.taps(FORM)
    wang.sees("第 1/")
    wang.forget()
    await wang.says("菜单")
    wang.sees("没填完的表")
    await wang.taps(f"继续 {FORM}")
    wang.sees("第 1/")


async def test_staff_commands_are_shown_only_to_those_who_have_the_right(office: Office) -> None:
    officer = await office.officer("李敏", "清源集团")
    keeper = await office.bound(await office.person("何静", "清源集团", officer_of="清源集团", role=Role.ADMINISTRATOR))
    wang = await office.observer()
    for word in ("菜单", "帮助"):
        await officer.says(word)
        officer.sees("查 编号")
        for other in (keeper, wang, office.somebody()):
            await other.says(word)
            other.sees_not("查 编号")


async def test_help_names_the_words_of_a_form(office: Office) -> None:
    wang = await office.observer()
    await wang.says("帮助")
    wang.sees("上一步", "跳过", "修改 3", "暂存", "继续", "预览", "提交", "取消")


async def test_pictures_outside_a_form_get_a_kind_sentence(office: Office) -> None:
    for user in (await office.observer(), office.somebody()):
        await user.sends("image")
        user.sees("没有保存", "请用文字")
        assert user.taps_seen


@pytest.mark.parametrize("event", ["unsubscribe", "scan", "view", "location", "templatesendjobfinish", "brand_new"])
async def test_other_events_are_not_answered(office: Office, event: str) -> None:
    wang = await office.observer()
    await wang.says(FORM)
    await wang.event(event, key="anything")
    assert wang.reply is None
    await wang.says("总体良好")
    wang.sees("第 2/")


async def test_a_button_of_the_bottom_menu_is_the_same_as_typing(office: Office) -> None:
    wang = await office.observer()
    await wang.event("click", key=FORM, text=FORM)
    wang.sees("第 1/")
    await wang.event("click", key="菜单", text="菜单")
    wang.sees("王建国")


async def test_following_again_in_the_middle_of_a_form(office: Office) -> None:
    wang = await office.observer()
    await wang.says(FORM)
    await wang.event("subscribe", key="qrscene_12")
    wang.sees("王建国", "未完成的《综合观察表》")
    await wang.says("继续")
    wang.sees("第 1/")
