"""A short form with every kind of free text, and ways through it, for tests of quality and of the office's answer."""

from collections.abc import Mapping

from storage.vocabulary import Level
from tests.handlers.desk import Office, User, markdown_form

TITLE = "风险月报"
MONTHLY = """
| survey | type | name | label | required | 用途 | 最少字数 | 允许 |
| | select_one news | news | 本月有没有新情况？ | yes | 无新情况 | | |
| | text | problem | 发现了什么问题？ | yes | 问题 | 10 | |
| | text | measure | 采取了什么措施？ | yes | 措施 | | |
| | text | contact | 联系人是谁？ | yes | | | |
| | text | wishes | 有什么困难？ | yes | | | 无 |
| | text | remarks | 还有什么要说的？ | | | | |
| choices | list_name | name | label |
| | news | nothing | 没有新情况 |
| | news | something | 有新情况 |
| settings | form_title | form_id |
| | 风险月报 | monthly |
"""
PROBLEM = "工程部验收签字由一人代签，监理没有到场，已经持续三个月"
OTHER_PROBLEM = "食堂采购的价格高于市场两成，供货商一直没有更换过"
GOOD: Mapping[str, str] = {
    "本月有没有新情况": "有新情况",
    "发现了什么问题": PROBLEM,
    "采取了什么措施": "已经约谈工程部经理，并改为两人签字、拍照留底",
    "联系人是谁": "王强",
    "有什么困难": "无",
    "还有什么要说的": "跳过",
}
"""By a part of the question."""


async def publish(office: Office, unit: str = "清源集团") -> int:
    """Publish the form to everybody's project observers; the id of its version."""
    return await office.publish(markdown_form(MONTHLY), unit, Level.PROJECT)


async def fills(user: User, **said: str) -> None:
    """Begin the form and answer it; `said` overrides GOOD by a part of the question."""
    known = {**GOOD, **said}
    await user.says(f"开始 {TITLE}")
    while "都答完了" not in user.seen:
        question = user.seen[user.seen.index("题　") :].splitlines()[0]
        await user.says(next(answer for part, answer in known.items() if part in question))


async def submits(user: User, **said: str) -> str:
    """Fill and hand in, whatever the bot asks before; the number."""
    await fills(user, **said)
    await user.says("提交")
    if "编号：" not in user.seen:
        await user.taps("就按这样提交")
    return number_in(user)


def number_in(user: User) -> str:
    """The number of the sheet in the last reply."""
    return user.seen.split("编号：")[1].split("\n")[0]


async def observer(office: Office, name: str, unit: str) -> User:
    """A bound person who observes projects of the unit."""
    return await office.bound(await office.person(name, unit, observes=[(Level.PROJECT, unit)]))
