"""What officers mean who leave out the blank behind a command's word, or say the command as a sentence.

Only what the records know makes such a text a command: a person, a unit, a period, a level.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from handlers import words
from handlers.base import Context
from handlers.chasing import excusing, owing, sendings
from handlers.chasing import typed as scopes
from handlers.keeping import appointing, bindings, leave_days, leaves, looking, moving, phones
from handlers.keeping import typed as keeping
from handlers.ruling import nodes_wording
from handlers.ruling import wording as ruling
from handlers.staff import reviewing, typed
from nlp.normalising import simplified
from storage.vocabulary import Permission

LONGEST: Final = 40
"""Characters; whoever writes more tells something."""
SENTENCE: Final = re.compile(r"[。!?;…]")
"""Stands in no command but in the reason of a 免交."""
EVERYDAY: Final = frozenset({looking.WORD, sendings.SENT, leaves.TAKE, leaves.STAND_IN, moving.MOVE})
"""Words with which other things are told as well (人员太少了): behind them a few characters are a name that was not
found, and more are something else.
"""
ALONE: Final = frozenset({reviewing.ACCEPT, reviewing.RETURN})
"""Words that nothing but a number of ours makes a command: whatever else follows them is something else."""
LONGEST_NAME: Final = 8
_UNKNOWN_NAME: Final = 4
WITH_A_PERSON: Final = (
    *(appointing.APPOINT, appointing.DISMISS, moving.MOVE, leaves.TAKE, leaves.END, leaves.STAND_IN),
    *(bindings.UNBIND, looking.WORD, sendings.SENT, excusing.EXCUSE, phones.CHANGE),
)
"""The words behind which a person stands."""
_OWED: Final = r"(?:还有)?谁还?没有?交|(?:还)?(?:未交|没交)(?:的)?(?:名单|情况)?"
_SCOPES: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        owing.OWED: re.compile(
            rf"(?:未交|没交|未提交|谁没交|谁还没交)(?P<behind>.+)|(?P<before>.+?)的?(?:{_OWED})(?:了|呢)?"
        ),
        owing.ASK: re.compile(r"(?:催办|催交|催报)(?P<behind>.+)|(?P<before>(?!))"),
        owing.RATES: re.compile(
            r"(?:提交率|上交率|提交情况)(?P<behind>.+)|"
            r"(?P<before>.+?)的?(?:提交率|上交率|提交情况|交了多少)(?:是多少|多少|怎么样|如何|了|呢)?"
        ),
    }
)
"""What is owed, with its scope behind the word or before it."""
_EVERYBODY: Final = re.compile(r"(?:各|各个|每个|所有|全部|下属)(?:单位|公司|部门)|大家|全部|一共|总共|现在|目前")
_MOVED: Final = re.compile(r"(?:请|麻烦)?[把将]?(?P<name>\S+?)\s*(?:从.{1,10})?调(?:动)?[到去往至入](?P<unit>.+)")
_AWAY: Final = re.compile(r"(?:请|麻烦)?[给帮替]?(?P<who>\S.*?)\s*(?:要|想|需要)?请假(?:了)?(?P<behind>.*)")
_RULE: Final = re.compile(
    rf"(?:请|麻烦)?[把将]?{ruling.RULES}\s*(?P<number>[0-9]{{1,9}})\s*的?(?:截止(?:日期?|时间)?)?\s*[改调](?:成|为|到)\s*(?P<day>.+)"
)
_NODE: Final = re.compile(
    r"(?P<project>[^把将被让给他她谁人私,]{2,20}(?:项目|工程))(?:今天|昨天)?(?:已经|已|刚刚?)?(?P<kind>变更|退出)了"
)
_TAKEN_BACK: Final = re.compile(
    r"(?:撤销|撤回|取消|删除|关闭|作废|关)(?:项目)?节点.{0,30}|把?节点.{0,20}?(?:撤销|撤回|取消|删|作废|关)(?:掉|了)?"
)
_NODE_NAME: Final = re.compile(r"(?<=.{2})项目$")


class _Said(NamedTuple):
    """A text in its normal form: with its own characters, and with simplified ones in the same places."""

    typed: str
    plain: str

    def span(self, found: re.Match[str], name: str) -> str:
        """A group of what was found, as typed."""
        return self.typed[slice(*found.span(name))].strip(" ,:")


async def command(said: str, context: Context) -> str:
    """The command that a text means, as it is usually typed; empty: none. Rights are asked for by the command."""
    whole = words.normal(said)
    if len(whole) > LONGEST:
        return ""
    text = _Said(whole, simplified(whole))
    for read in _READERS:
        if meant := await read(text, context):
            return _as_typed(meant, said)
    return ""


def _as_typed(meant: str, said: str) -> str:
    """The command with the end of what was said in its own characters: a reason is kept."""
    head, _, tail = meant.rpartition(" ")
    return f"{head} {typed.as_typed(tail, said)}"


async def name_in(said: str, context: Context) -> str:
    """The name or staff number, of somebody whom this person keeps or reads of, with which a text begins."""
    first = re.split(r"[\s,，:：、]", said, maxsplit=1)[0]
    for length in range(min(LONGEST_NAME, len(first)), 1, -1):
        if await _is_person(first[:length], context):
            return first[:length]
    return ""


async def _is_person(name: str, context: Context) -> bool:
    for each in words.spellings(name):
        if await context.records.people.named(each, 1):
            return True
        if await context.records.rounds.persons_named(each, Permission.READ_SHEETS):
            return True
    return False


async def _about_person(text: _Said, context: Context) -> str:
    """聘任李四 职能: 聘任 李四 职能."""
    word = next((each for each in WITH_A_PERSON if text.plain.startswith(each)), "")
    rest = text.typed[len(word) :].lstrip(" ,:")
    if not word or not rest or (SENTENCE.search(rest) and word != excusing.EXCUSE):
        return ""
    name = await name_in(rest, context)
    if word == leaves.TAKE and not name and leave_days.begin(simplified(rest)):
        return f"{word} {rest}"
    if not name:
        is_unit = word == looking.WORD and await context.records.people.units(rest.replace(" ", ""))
        return f"{word} {rest}" if is_unit else ""
    behind = rest[len(name) :].lstrip(" ,:的")
    if word == excusing.EXCUSE:
        behind = _period_apart(behind, context)
    return f"{word} {name} {behind}".rstrip()


def _period_apart(said: str, context: Context) -> str:
    """12月休产假: 12月 休产假."""
    today = context.now.astimezone(context.timezone).date()
    for cut in range(min(len(said), LONGEST_NAME), 1, -1):
        if scopes.scope_of(simplified(said[:cut]), today, context.timezone).names_periods:
            return f"{said[:cut]} {said[cut:].lstrip(' ,的')}"
    return said


async def _about_scope(text: _Said, context: Context) -> str:
    """未交本期职能西区, 二公司提交率."""
    if SENTENCE.search(text.plain):
        return ""
    for word, pattern in _SCOPES.items():
        if found := pattern.fullmatch(text.plain):
            name = "behind" if found["behind"] else "before"
            scope = text.span(found, name)
            if name == "before" and _EVERYBODY.fullmatch(scope):
                return word
            return f"{word} {scope}" if await _is_scope(scope, context) else ""
    return ""


async def _is_scope(scope: str, context: Context) -> bool:
    """Whether periods, levels and units are all that a text says."""
    try:
        await scopes.read(scope, context)
    except ValueError:
        return False
    return True


async def _moved(text: _Said, context: Context) -> str:
    """把薛涛调到工程部."""
    found = _MOVED.fullmatch(text.plain)
    if found is None or not await _is_person(text.span(found, "name"), context):
        return ""
    return f"{moving.MOVE} {text.span(found, 'name')} {text.span(found, 'unit')}"


async def _away(text: _Said, context: Context) -> str:
    """夏雨明天请假, 夏雨请假12月1日到5日."""
    found = _AWAY.fullmatch(text.plain)
    if found is None or SENTENCE.search(text.plain):
        return ""
    who = text.span(found, "who")
    name = await name_in(who, context)
    days = f"{who[len(name) :].lstrip(' ,从')} {text.span(found, 'behind')}".strip()
    return f"{leaves.TAKE} {name} {days}" if name and keeping.has_days(simplified(days)) else ""


async def _rule(text: _Said, context: Context) -> str:
    """把催报规则5改成每月20号."""
    found = _RULE.fullmatch(text.plain)
    return "" if found is None else f"{ruling.RULES} {found['number']} 改成 {text.span(found, 'day')}"


_Read = Callable[[_Said, Context], Awaitable[str]]
_READERS: Final[tuple[_Read, ...]] = (_rule, _about_person, _about_scope, _moved, _away)


def node(said: str) -> str:
    """The 开节点 that a text tells of and does not say (东区管网改造项目变更了); empty: none."""
    whole = words.normal(said)
    found = _NODE.fullmatch(simplified(whole))
    if found is None:
        return ""
    project = _NODE_NAME.sub("", whole[slice(*found.span("project"))])
    return f"{nodes_wording.WORD} {project} {found['kind']}"


def is_node_taken_back(said: str) -> bool:
    """Whether a node is to be closed again."""
    return _TAKEN_BACK.fullmatch(words.simple(said)) is not None


def is_name(behind: str) -> bool:
    """Whether what stands behind an everyday word may be a name that was not found."""
    return 0 < len(behind.strip().split(" ")[0]) <= _UNKNOWN_NAME
