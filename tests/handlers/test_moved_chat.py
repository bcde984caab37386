"""An officer moves open drafts off a faulty version: nothing that was said is lost, and the person is told."""

from handlers.forms.carrying import carry
from handlers.forms.views import FormState
from storage.admin import administer
from storage.vocabulary import Level
from tests.handlers.desk import ZONE, Office, User, markdown_form

FIRST = """
| survey | type | name | label | required |
| | begin_group | a | 甲 | |
| | text | place | 哪个场站？ | yes |
| | integer | count | 查了几处？ | yes |
| | end_group | | | |
| | text | found | 发现什么？ | yes |
| | text | summary | 小结 | yes |
| settings | form_title | form_id |
| | 巡查表 | round |
"""
SECOND = FIRST.replace("| | integer | count | 查了几处？ | yes |\n", "").replace(
    "| | text | found |", "| | text | who | 和谁一起查的？ | yes |\n| | text | found |"
)
THIRD = SECOND.replace("和谁一起查的？", "与谁一起查的？")


async def begun(office: Office) -> User:
    """Somebody with three answers, of which the records know two."""
    await office.publish(markdown_form(FIRST), "一公司", Level.FUNCTIONAL)
    zhou = await office.bound(await office.person("周平", "一公司", observes=[(Level.FUNCTIONAL, "一公司")]))
    await zhou.says("巡查表")
    for said in ("城北场站", "3", "油卡由司机个人保管"):
        await zhou.says(said)
    zhou.sees("小结")
    return zhou


async def moves(office: Office, source: str, target: str) -> None:
    """Publish a version and move the drafts of the one before."""
    old = next(iter(await _versions(office)))
    new = await office.publish(markdown_form(target), "一公司", Level.FUNCTIONAL)
    forms = [await office.library.get(version) for version in (old, new)]
    async with administer(office.database, actor="test", now=office.now) as admin:
        for draft in await admin.drafts_on(old, limit=10):
            state = carry(forms[0], forms[1], FormState.from_json(draft.answers), office.now.astimezone(ZONE))
            assert await admin.move_draft(draft, to=new, answers=state.to_json(), position=state.at)


async def _versions(office: Office) -> list[int]:
    async with administer(office.database, actor="test", now=office.now) as admin:
        line = next(line for line in await admin.forms(office.units["一公司"]) if line.name == "round")
    return [line.version_id]


async def test_the_next_word_that_looks_at_the_records_brings_every_answer_over(office: Office) -> None:
    for word in ("预览", "提交", "暂存", "继续"):
        zhou = await begun(office)
        await moves(office, FIRST, SECOND)
        await zhou.says(word)
        zhou.sees("表单有更新，已把您的回答带过来", "和谁一起查的")
        answers = zhou.memory["sheet"]["state"]["answers"]
        assert answers["/data/found"] == "油卡由司机个人保管"
        await zhou.says("与李敏一起")
        await zhou.says("总体平稳，油卡需要收回统一保管。")
        await zhou.says("提交")
        await zhou.says("就按这样提交") if "编号：" not in zhou.seen else None
        zhou.sees("编号：")


async def test_moved_twice(office: Office) -> None:
    zhou = await begun(office)
    await moves(office, FIRST, SECOND)
    await moves(office, SECOND, THIRD)
    await zhou.says("继续")
    zhou.sees("表单有更新", "与谁一起查的")
    assert zhou.memory["sheet"]["state"]["answers"]["/data/found"] == "油卡由司机个人保管"


async def test_a_plain_answer_goes_on_and_is_brought_over_later(office: Office) -> None:
    zhou = await begun(office)
    await moves(office, FIRST, SECOND)
    await zhou.says("总体平稳，油卡需要收回统一保管。")
    zhou.sees("都答完了")
    await zhou.says("提交")
    zhou.sees("表单有更新", "和谁一起查的")
    await zhou.says("与李敏一起")
    zhou.sees("都答完了")


async def test_after_an_aside_too(office: Office) -> None:
    zhou = await begun(office)
    await moves(office, FIRST, SECOND)
    await zhou.says("菜单")
    zhou.sees("换成了新版")
    await zhou.says("继续")
    zhou.sees("表单有更新", "和谁一起查的")
    await zhou.sends("image")
    zhou.sees("请用文字回答", "和谁一起查的")
