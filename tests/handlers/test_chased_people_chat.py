"""People whom an officer chases one by one: whom WeChat does not reach, whom to call, and in which order they stand."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from storage.admin import administer
from storage.models import Contact, Delivery, DeliveryEvent, Person, Reach
from storage.vocabulary import DeliveryState, Level
from tests.handlers import opening
from tests.handlers.desk import ACTOR, Office, User

END_OF_YEAR = datetime(2026, 12, 31, 10, 0, tzinfo=UTC)


@pytest.fixture
async def li(office: Office) -> User:
    """The officer of the group. Of the observers 王建国 is bound, and owes the sheet of the quarter like 陈晓; 吴桂芳
    owes that of the month.
    """
    await office.bound(await office.person("王建国", "二公司", observes=[(Level.COMPREHENSIVE, "二公司")]))
    await office.person("陈晓", "一公司", observes=[(Level.COMPREHENSIVE, "一公司")])
    await office.person("吴桂芳", "项目部", observes=[(Level.FUNCTIONAL, "项目部")])
    quarterly = await opening.add(office, opening.rule_of(office, Level.COMPREHENSIVE, "清源集团"))
    await opening.opened(office, quarterly, Level.COMPREHENSIVE, due=END_OF_YEAR)
    monthly = await opening.add(office, opening.rule_of(office, Level.FUNCTIONAL, "清源集团"))
    await opening.opened(office, monthly, Level.FUNCTIONAL, due=END_OF_YEAR, period="2026-11", label="2026年11月")
    return await office.officer("李敏", "清源集团")


async def goes(office: Office, name: str, why: str) -> None:
    """Nothing reaches this person any more."""
    async with administer(office.database, actor=ACTOR, now=office.now) as admin:
        contact = select(col(Contact.id)).join(Person, col(Person.id) == col(Contact.person_id))
        found = (await admin._session.execute(contact.where(col(Person.name) == name))).scalar_one()
        admin._session.add(Reach(contact=found, gone=why))


@pytest.mark.parametrize(
    ("why", "told"), [("unfollowed", "已取消关注"), ("40003", "绑定的微信号已失效"), ("1", "微信收不到（错误码 1）")]
)
async def test_who_left_the_account_is_marked(office: Office, li: User, why: str, told: str) -> None:
    """未交 marked only who was never bound, and 人员 said 已绑定."""
    await li.says("人员 王建国")
    li.sees("微信：已绑定\n")
    await goes(office, "王建国", why)
    await li.says("未交 二公司 综合")
    li.sees(f"王建国　综合观察表 2026年第四季度，还有 41 天〔{told}〕")
    await li.says("人员 王建国")
    li.sees(f"微信：已绑定，但{told}\n")
    await li.says("人员 二公司")
    li.sees(f"王建国（二公司）综合观察员，{told}")


@pytest.mark.parametrize("said", ["未交", "电话名单", "人员 项目部"])
async def test_names_stand_in_the_order_of_their_pinyin(office: Office, li: User, said: str) -> None:
    """They stood in the order of their characters in Unicode: 任重、刘洋、卢刚."""
    names = ("任重", "刘洋", "卢刚", "安宁", "𠮷川", "左丘")
    for name in names:
        await office.person(name, "项目部", observes=[(Level.FUNCTIONAL, "项目部")])
    rule = await opening.add(office, opening.rule_of(office, Level.FUNCTIONAL, "项目部"))
    await opening.opened(
        office, rule, Level.FUNCTIONAL, due=END_OF_YEAR, period="2026-12", label="2026年12月", unit="项目部"
    )
    await li.says(said)
    places = [li.seen.index(name) for name in ("𠮷川", "安宁", "刘洋", "卢刚", "任重", "吴桂芳", "左丘")]
    assert places == sorted(places)


async def test_the_phone_list_says_what_the_officer_can_do(office: Office, li: User) -> None:
    await li.says("电话名单")
    li.sees("没有登记电话的，问到以后回复“改手机 陈晓 号码”补上。")
    li.sees_not("管理员")


async def test_a_command_that_finds_nothing_suggests_itself(office: Office, li: User) -> None:
    await li.says("催办 项目")
    li.sees("进行中的期次 · 项目：没有查到应交的观察表。", "例如“催办 三季度”")
    await li.says("提交率 项目")
    li.sees("例如“提交率 三季度”")
    await li.says("未交 项目")
    li.sees("例如“未交 三季度”")


async def test_the_story_of_a_message_ends_without_a_word_of_wechats(office: Office, li: User) -> None:
    at = office.now
    async with administer(office.database, actor=ACTOR, now=at) as admin:
        person = (await admin._session.execute(select(col(Person.id)).where(col(Person.name) == "王建国"))).scalar_one()
        sent = Delivery(
            person_id=person or 0,
            state=DeliveryState.DELIVERED,
            way="template",
            next_at=at,
            created_at=at,
            updated_at=at,
        )
        admin._session.add(sent)
        await admin._session.flush()
        line = DeliveryEvent(delivery_id=sent.id or 0, at=at, what="ended", way="template", detail="delivered success")
        admin._session.add(line)
    await li.says("推送 王建国")
    await li.taps("经过")
    li.sees("结束（模板消息）：已送达")
    li.sees_not("success")
