"""？ in a form explains the question; short hints stand with it, long ones come when asked for."""

from storage.vocabulary import Level
from tests.handlers.desk import Office, markdown_form
from tests.handlers.workbooks import SITE_ROUND


async def test_short_hints_stand_with_the_question_and_long_ones_come_when_asked_for(office: Office) -> None:
    await office.publish(markdown_form(SITE_ROUND), "一公司", Level.FUNCTIONAL)
    zhou = await office.bound(await office.person("周平", "一公司", observes=[(Level.FUNCTIONAL, "一公司")]))
    await zhou.says("场站巡查表")
    zhou.sees("提示：写全称")
    zhou.sees_not("填写说明")
    await zhou.says("城北场站")
    zhou.sees("（回复 ？ 看填写说明）")
    zhou.sees_not("写清时间、地点")
    for said in ("？", "?", "提示", "说明"):
        await zhou.says(said)
        zhou.sees("【填写说明】", "写清时间、地点", "加油卡由司机个人保管", "直接打字", "第 2/", "什么问题")
    await zhou.says("油卡由司机个人保管")
    await zhou.says("？")
    zhou.sees("点一项，或者回复序号", "几级")
    await zhou.says("高")
    await zhou.says("？")
    zhou.sees("直接把照片发过来", "选填", "现场照片")
    await zhou.says("跳过")
    await zhou.says("？")
    zhou.sees("再加一项", "还有要登记的吗")


async def test_outside_a_form_it_is_the_help(office: Office) -> None:
    wang = await office.observer()
    for said in ("？", "提示", "说明"):
        await wang.says(said)
        wang.sees("填表时一次答一题")
    await wang.says("综合观察表")
    await wang.says("菜单")
    await wang.says("？")
    wang.sees("填表时一次答一题", "未完成的《综合观察表》")


async def test_at_the_end_there_is_nothing_to_explain(office: Office) -> None:
    await office.publish(markdown_form(SHORT), "一公司", Level.FUNCTIONAL)
    zhou = await office.bound(await office.person("周平", "一公司", observes=[(Level.FUNCTIONAL, "一公司")]))
    await zhou.says("短表")
    await zhou.says("好")
    await zhou.says("？")
    zhou.sees("没有更多说明", "都答完了")


SHORT = """
| survey | type | name | label |
| | text | one | 说什么？ |
| settings | form_title | form_id |
| | 短表 | short |
"""
