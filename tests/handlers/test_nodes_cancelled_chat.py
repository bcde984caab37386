"""撤销节点: a node that was opened by mistake ends, and whoever was reminded of it hears so."""

import json

import pytest
from sqlmodel import col, select

from storage.admin import administer
from storage.models import Delivery, Due, Duty, Notice
from storage.vocabulary import DeliveryState, Level, NoticeKind
from tests.handlers import opening
from tests.handlers.desk import ACTOR, Office, User


@pytest.fixture
async def li(office: Office) -> User:
    await opening.add(office, opening.rule_of(office, Level.PROJECT, "清源集团"))
    return await office.officer("李敏", "清源集团")


@pytest.fixture
async def zhou(office: Office, li: User) -> User:
    """An observer of projects, for whom the officer opened a node."""
    zhou = await office.bound(await office.person("周立新", "二公司", observes=[(Level.PROJECT, "二公司")]))
    await opens(li)
    return zhou


async def opens(li: User, project: str = "东区管网改造", kind: str = "变更", whom: str = "") -> None:
    await li.says(f"开节点 {project} {kind} 截止 12月21日{whom}")
    await li.taps("确认")
    li.sees("节点已开启")


async def reminded(office: Office, state: DeliveryState = DeliveryState.SENT) -> None:
    """The opening notice of every duty went out."""
    at = office.now
    for duty in await opening.rows(office, Duty):
        async with administer(office.database, actor=ACTOR, now=at) as admin:
            sent = Delivery(
                person_id=duty.person_id, state=state, way="template", next_at=at, created_at=at, updated_at=at
            )
            admin._session.add(sent)
            await admin._session.flush()
            admin._session.add(Due(duty_id=duty.id, place=0, recipient_id=duty.person_id, delivery_id=sent.id))


async def notices(office: Office) -> list[int]:
    """Whom a notice of a cancelled node waits for, or reached."""
    async with administer(office.database, actor=ACTOR, now=office.now) as admin:
        query = select(col(Notice.person_id)).where(col(Notice.kind) == NoticeKind.NODE_CANCELLED)
        return list((await admin._session.execute(query)).scalars())


async def test_a_node_is_cancelled_after_one_question(office: Office, li: User, zhou: User) -> None:
    await reminded(office)
    await li.says("撤销节点 《东区管网改造》")
    li.sees("要撤销节点：东区管网改造（项目变更），12月21日", "还没有交的：周立新。", "收到过提醒的人会收到通知")
    assert await notices(office) == []
    await li.taps("确认")
    li.sees("节点已撤销：东区管网改造（项目变更），1 份不用再交。1 人收到过提醒，会收到撤销的通知。")
    await zhou.says("菜单")
    zhou.sees("项目“东区管网改造”（项目变更）的节点已经撤销，《项目观察表》不用再交")
    await zhou.says("我的任务")
    zhou.sees("要交的表，放心")
    await li.says("未交 项目")
    li.sees_not("周立新")
    (excused,) = await opening.audited(office, "duty.excused")
    assert json.loads(excused) == {"reason": "节点撤销"}
    assert json.loads((await opening.audited(office, "node.cancelled"))[0])["duties"] == 1


async def test_nobody_hears_of_a_node_of_which_nobody_was_reminded(office: Office, li: User, zhou: User) -> None:
    await reminded(office, DeliveryState.PLANNED)
    await li.says("取消节点 东区管网改造 变更")
    await li.taps("确认")
    li.sees("1 份不用再交。")
    li.sees_not("收到过提醒")
    assert await notices(office) == []


async def test_it_can_be_opened_anew_on_the_same_day(office: Office, li: User, zhou: User) -> None:
    await li.says("撤销节点 东区管网改造")
    await li.taps("确认")
    await opens(li)
    await zhou.says("我的任务")
    zhou.sees("东区管网改造")
    await li.says("撤销节点 东区管网改造")
    await li.taps("取消")
    li.sees("没有办理")
    await zhou.says("我的任务")
    zhou.sees("东区管网改造")


async def test_of_several_nodes_one_is_chosen(office: Office, li: User, zhou: User) -> None:
    await opens(li, kind="突发风险")
    await opens(li, "西区泵站")
    await li.says("撤销节点 东区管网改造")
    li.sees("撤销哪一个节点？", "1. 东区管网改造（项目变更）", "2. 东区管网改造（项目突发风险）")
    li.sees_not("西区泵站")
    await li.says("2")
    li.sees("要撤销节点：东区管网改造（项目突发风险）")
    await li.says("撤销节点 东区管网改造 变更")
    li.sees("要撤销节点：东区管网改造（项目变更）")
    await li.says("撤销节点")
    li.sees("1. 东区管网改造（项目变更）", "3. 西区泵站（项目变更）")
    await li.taps("西区泵站（项目变更），12月21日（周一）18:00截止")
    li.sees("要撤销节点：西区泵站（项目变更）")


async def test_what_was_handed_in_stays(office: Office, li: User, zhou: User) -> None:
    await office.person("吴工", "二公司", observes=[(Level.PROJECT, "二公司")])
    await opens(li, "西区泵站", whom=" 由 二公司")
    duties = await opening.rows(office, Duty)
    async with administer(office.database, actor=ACTOR, now=office.now) as admin:
        done = await admin._session.get_one(Duty, duties[-1].id)
        done.done_at = office.now
    await li.says("撤销节点 西区泵站")
    li.sees("还没有交的：周立新。", "已经交的 1 份照样有效。")
    await li.taps("确认")
    li.sees("1 份不用再交")
    await li.says("撤销节点 西区泵站")
    li.sees("没有查到可以撤销的项目节点")


async def test_only_officers_of_all_who_owe_it_cancel_a_node(office: Office, li: User, zhou: User) -> None:
    """An observer opens nodes of their own, and would otherwise drop what an officer asks them for."""
    elsewhere = await office.officer("赵强", "一公司")
    shown = set()
    for user in (zhou, elsewhere, await office.observer("王一", "二公司")):
        await user.says("撤销节点 东区管网改造")
        shown.add(user.seen)
    assert len(shown) == 1
    zhou.sees("没有查到可以撤销的项目节点", "项目观察员开错了节点，请联系本单位纪检人员撤销")


async def test_nobody_cancels_what_they_owe_themselves(office: Office, li: User) -> None:
    person = await office.person("孙莉", "二公司", observes=[(Level.PROJECT, "二公司")], officer_of="二公司")
    sun = await office.bound(person)
    await opens(li)
    await sun.says("撤销节点 东区管网改造")
    await sun.taps("确认")
    sun.sees("这个节点有您自己的、或者您正在代填的任务，不能自己撤销")
    await li.says("撤销节点 东区管网改造")
    await li.taps("确认")
    li.sees("节点已撤销")
    await li.says("确认")
    li.sees_not("节点已撤销")


async def test_nobody_cancels_what_they_stand_in_for(office: Office, li: User, zhou: User) -> None:
    sun = await office.bound(await office.person("孙莉", "二公司", officer_of="二公司"))
    await sun.says("请假 周立新 11月20日到11月30日 代填 孙莉")
    await sun.taps("确认")
    sun.sees("已登记：周立新 请假")
    await sun.says("撤销节点 东区管网改造")
    await sun.taps("确认")
    sun.sees("您正在代填的任务，不能自己撤销")
