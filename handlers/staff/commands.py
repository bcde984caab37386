"""The table of what discipline staff may say, with the right that each command needs, and how it is answered."""

from dataclasses import replace

from handlers import words
from handlers.base import Context, Conversation, Inbound, Outcome, Tap, say
from handlers.chasing import commands as chasing
from handlers.keeping import commands as keeping
from handlers.messages import memory
from handlers.messages.deciding import Way
from handlers.messages.parts import understood
from handlers.ruling import commands as ruling
from handlers.staff import (
    lexicon_editing,
    lexicon_wording,
    look_up,
    meant,
    message_reading,
    names,
    nearly,
    relabelling,
    reviewing,
    typed,
    waiting,
)
from handlers.staff.command import StaffCommand
from nlp.normalising import simplified, spelled
from storage.views import Principal
from storage.vocabulary import Permission

COMMANDS: tuple[StaffCommand, ...] = (
    StaffCommand(
        word="查",
        usage="查 编号",
        help="看一份观察表（GC）或一条意见（YJ），例如“查 GC26-0000179”“查 YJ26-0000013”",
        permission=Permission.READ_SHEETS,
        longest=80,
        behind=look_up.behind,
        unknown=look_up.unknown(""),
        run=look_up.look_up,
        without=look_up.look_up_own,
    ),
    StaffCommand(
        word=waiting.WORD,
        usage="待阅",
        help="等您审阅的观察表，等得最久的在前",
        permission=Permission.REVIEW_SHEETS,
        longest=20,
        behind=waiting.behind,
        unknown=waiting.NOTHING,
        run=waiting.waiting,
    ),
    StaffCommand(
        word=reviewing.ACCEPT,
        usage="通过 编号 评语",
        help="采纳一份观察表，评语可以不写；复核风险等级，写在评语前面，例如“2高 3中”",
        permission=Permission.REVIEW_SHEETS,
        longest=reviewing.LONGEST,
        behind=reviewing.behind_accept,
        unknown=look_up.unknown(""),
        run=reviewing.accept,
        without=look_up.not_found,
        keeps=True,
    ),
    StaffCommand(
        word=reviewing.RETURN,
        usage="退回 编号 意见",
        help="退回补正，意见里写明题号，例如“第4、7题请写具体”",
        permission=Permission.REVIEW_SHEETS,
        longest=reviewing.LONGEST,
        behind=reviewing.behind_return,
        unknown=look_up.unknown(""),
        run=reviewing.send_back,
        without=look_up.not_found,
        keeps=True,
    ),
    StaffCommand(
        word=message_reading.LIST,
        usage=message_reading.LIST,
        help="最近收到的建议、咨询和求助，新的在前；翻页说“看意见 2”",
        permission=Permission.READ_MESSAGES,
        longest=20,
        behind=message_reading.behind,
        unknown=message_reading.NOTHING,
        run=message_reading.received,
        without=message_reading.own_ones,
    ),
    StaffCommand(
        word=relabelling.WORD,
        usage="改类 编号 类别",
        help="改一条意见、一项问题的分类，例如“改类 GC26-0000179 第2项 食堂后勤 低”",
        permission=Permission.CORRECT_LABELS,
        longest=relabelling.LONGEST,
        behind=relabelling.behind,
        unknown=look_up.unknown(""),
        run=relabelling.relabel,
        without=look_up.not_found,
    ),
    StaffCommand(
        word=lexicon_wording.ADD,
        usage="加词 词语 类别 分量",
        help="教我认一个词，例如“加词 甲供料 物资管理 高”",
        permission=Permission.EDIT_LEXICON,
        longest=lexicon_editing.LONGEST,
        behind=lexicon_editing.hear_add,
        unknown=lexicon_wording.NOT_FOR_YOU,
        run=lexicon_editing.add,
    ),
    StaffCommand(
        word=lexicon_wording.REMOVE,
        usage="删词 词语",
        help="不再看这个词，例如“删词 甲供料”",
        permission=Permission.EDIT_LEXICON,
        longest=lexicon_editing.LONGEST,
        behind=lexicon_editing.hear_remove,
        unknown=lexicon_wording.NOT_FOR_YOU,
        run=lexicon_editing.remove,
    ),
    StaffCommand(
        word=lexicon_wording.UNDO,
        usage=lexicon_wording.UNDO,
        help="撤销最近一次加词、删词",
        permission=Permission.EDIT_LEXICON,
        longest=lexicon_editing.LONGEST,
        behind=lexicon_editing.hear_undo,
        unknown=lexicon_wording.NOT_FOR_YOU,
        run=lexicon_editing.undo,
    ),
    StaffCommand(
        word=lexicon_wording.HISTORY,
        usage=lexicon_wording.HISTORY,
        help="看最近的加词、删词",
        permission=Permission.EDIT_LEXICON,
        longest=lexicon_editing.LONGEST,
        behind=lexicon_editing.hear_history,
        unknown=lexicon_wording.NOT_FOR_YOU,
        run=lexicon_editing.history,
    ),
    StaffCommand(
        word=lexicon_wording.CONFIRM,
        usage=lexicon_wording.CONFIRM,
        help="试算以后让改动生效",
        permission=Permission.EDIT_LEXICON,
        longest=lexicon_editing.LONGEST_ANSWER,
        behind=lexicon_editing.hear_confirm,
        unknown=lexicon_wording.NOT_FOR_YOU,
        run=lexicon_editing.confirm,
        listed=False,
    ),
    StaffCommand(
        word=lexicon_wording.LOOK,
        usage=lexicon_wording.LOOK,
        help="看改动会影响哪些分类",
        permission=Permission.EDIT_LEXICON,
        longest=lexicon_editing.LONGEST_ANSWER,
        behind=lexicon_editing.hear_look,
        unknown=lexicon_wording.NOT_FOR_YOU,
        run=lexicon_editing.look,
        listed=False,
    ),
    StaffCommand(
        word=lexicon_wording.DROP,
        usage=lexicon_wording.DROP,
        help="不改了",
        permission=Permission.EDIT_LEXICON,
        longest=lexicon_editing.LONGEST_ANSWER,
        behind=lexicon_editing.hear_drop,
        unknown=lexicon_wording.NOT_FOR_YOU,
        run=lexicon_editing.drop,
        listed=False,
    ),
    *chasing.COMMANDS,
    *ruling.COMMANDS,
    *keeping.COMMANDS,
)
"""Every staff command; a new one is a file beside this and an entry here, or in a table of what is about people or
rounds.
"""

_BEGINNINGS = frozenset(sign for command in COMMANDS for sign in (command.word[0], *command.others))


def hear(said: str) -> tuple[StaffCommand, str] | None:
    """The staff command that the whole text is, and what stands behind its word, as typed; None when it is none."""
    if not words.may_begin(said, spelled(_BEGINNINGS)):
        return None
    plain = simplified(said)
    for command in COMMANDS:
        if len(said) <= command.longest:
            behind = command.behind(plain)
            if behind is not None:
                return command, behind if plain == said else typed.as_typed(behind, said)
    return None


def is_command(said: str) -> bool:
    """Whether the whole text is a staff command."""
    return hear(said) is not None


async def may_run(said: str, context: Context) -> bool:
    """Whether the text is a staff command for this person while a form is open: one with the right to it, or where
    people without it have an answer of their own (查, their own sheet), if its word is none of everyday speech.
    """
    heard = hear(said)
    if heard is None:
        return False
    command = heard[0]
    own = command.without not in (None, look_up.not_found) and not command.ordinary
    return own or (await context.records.principal()).may(command.permission)


async def answer(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome:
    """Run a staff command for somebody with the right to it; anybody else gets the answer for the unknown."""
    heard = hear(inbound.text)
    if heard is None:
        raise ValueError("routed here without a staff command")
    command, argument = heard
    principal = await context.records.principal()
    run = command.run if principal.may(command.permission) else command.without
    if run is None:
        return say(conversation, *command.unknown)
    if not command.keeps:
        argument = await names.in_our_words(argument, context)
    return await run(argument, conversation, context)


_SHORTEST_SLIP = 2
"""Characters of the beginning of a command's word that mean it: 撤销."""
TOO_LONG = "“{word}”写得太长了，没有办。请写在 {longest} 个字以内，再发一次。\n\n"
_LONGEST_SLIP = 40
"""Characters of a command that was not understood; what is longer is no command."""
_IN_NEED = frozenset({Way.DANGER, Way.DISTRESS})
ELSE = "不是这个意思的，刚才这句没有登记，请换个开头再说一次；反映别人的问题，可以说“怎么举报”。"
NODE = "项目有变化的，开一个节点，再填项目观察表。点一下这句就开，会先问您："
TAKEN_BACK = "开错了的节点，这样撤销：撤销节点 项目名称，例如“撤销节点 东区管网改造”；会先问您，没交的不用再交。"


async def freely(inbound: Inbound, conversation: Conversation, context: Context) -> Outcome | None:
    """The answer to a command said without its blank or as a sentence, or how it is said, for somebody with the right
    to it; None for everybody else and everything else.
    """
    principal = await context.records.principal()
    announced = inbound.tap_id or memory.announced(conversation, int(context.now.timestamp()))
    if principal.offices and not announced:
        said = await meant.command(inbound.text, context)
        heard = hear(said) if said else None
        if heard is not None and principal.may(heard[0].permission):
            return await answer(replace(inbound, text=said), conversation, context)
    told = await usage(inbound.text, conversation, context)
    if told is None and not announced:
        told = await _node(inbound.text, conversation, context)
    if told is None and principal.offices and not announced:
        told = await _begun_freely(inbound.text, conversation, context)
    return told


async def usage(said: str, conversation: Conversation, context: Context) -> Outcome | None:
    """How a command is said, for somebody with the right to it who said its word, or the beginning of that, with
    nothing or with something else behind it, or another word for it; None for everybody else and everything else.
    """
    plain = words.simple(said)
    if len(plain) > _LONGEST_SLIP:
        return await _too_long(said, conversation, context)
    if words.hear(said).word is not None:
        return None
    other = nearly.word(plain)
    found = next((each for each in COMMANDS if each.word == other), None) or _begun(plain)
    if found is None or not (await context.records.principal()).may(found.permission):
        return None
    return _how(found, conversation)


def _how(command: StaffCommand, conversation: Conversation, note: str = "") -> Outcome:
    itself = (Tap(command.word), "　") if command.usage == command.word else ()
    return say(conversation, f"这样说：{command.usage}\n{command.help}。\n{note}\n", *itself, Tap(words.MENU))


async def _begun_freely(said: str, conversation: Conversation, context: Context) -> Outcome | None:
    """How the command is said with whose word a text begins, no blank behind it: never an opinion, and no report but
    what tells of danger. Behind an everyday word a few characters alone are taken for a name that was not found.
    """
    plain = words.simple(said)
    if len(plain) > _LONGEST_SLIP or meant.SENTENCE.search(plain) or words.hear(said).word is not None:
        return None
    known = [each for each in COMMANDS if (each.listed or each.ordinary) and each.word not in meant.ALONE]
    found = next((each for each in known if len(each.word) > 1 and plain.startswith(each.word)), None)
    if found is None or not (await context.records.principal()).may(found.permission):
        return None
    everyday = found.word in meant.EVERYDAY
    if everyday and not meant.is_name(plain.removeprefix(found.word)):
        return None
    way, _ = await understood(said, context)
    return None if way in _IN_NEED or (everyday and way is Way.REPORT) else _how(found, conversation, f"{ELSE}\n")


async def _node(said: str, conversation: Conversation, context: Context) -> Outcome | None:
    """How a node is opened, for those who may, where a text tells of one, or how one is cancelled."""
    if meant.is_node_taken_back(said) and (await context.records.principal()).offices:
        return say(conversation, TAKEN_BACK, "\n\n", Tap(words.MENU))
    opening = meant.node(said)
    if not opening or not await context.records.rounds.project_seats():
        return None
    return say(conversation, f"{NODE}\n\n", Tap(opening), f"\n\n{ELSE}\n\n", Tap(words.MENU))


async def _too_long(said: str, conversation: Conversation, context: Context) -> Outcome | None:
    """A command with the number that it needs, and more behind it than it takes."""
    if not words.may_begin(said, spelled(_BEGINNINGS)):
        return None
    plain = simplified(said)
    found = next((each for each in COMMANDS if each.listed and each.behind(plain)), None)
    if found is None or not (await context.records.principal()).may(found.permission):
        return None
    return say(conversation, TOO_LONG.format(word=found.word, longest=found.longest), Tap(words.MENU))


def _begun(plain: str) -> StaffCommand | None:
    """The command whose word, or the beginning of it, stands first."""
    return next((each for each in COMMANDS if (each.listed or each.ordinary) and _begins(plain, each)), None)


def _begins(plain: str, command: StaffCommand) -> bool:
    word = command.word
    if command.permission is Permission.EDIT_LEXICON and plain.startswith(word):  # nothing else begins so: 加词围标
        return True
    half = len(plain) >= _SHORTEST_SLIP and word.startswith(plain)
    return half or plain == word or plain.startswith((f"{word} ", f"{word}:", f"{word},"))


def allowed(principal: Principal) -> tuple[StaffCommand, ...]:
    """The commands that this person has the right to: only these are shown in menu and help."""
    return tuple(command for command in COMMANDS if command.listed and principal.may(command.permission))
