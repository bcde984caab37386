"""People named in a free text: beside a title (张主任, 副经理赵强, 司机老刘), behind a label (姓名：…) or 我叫.

A name without any of these is seen only where the same name was found beside one elsewhere in the text.
"""

import re
from collections.abc import Iterator
from typing import Final

from nlp.surnames import BEGINNING, COMPOUND, ENDING, GIVEN, PLACEHOLDERS, PLACES, SURNAMES, WORDLIKE

_FULL_TITLE: Final = (
    "总经理|总工程师|总会计师|总经济师|总法律顾问|总监(?!理)|总裁|总工(?!会|程|期|作)|董事长|董事(?!会)|监事(?!会)|主席(?!台)"
    "|书记(?!员|处)|主任|局长|处长|科长|部长|经理(?!人|部|层)|组长|队长|站长|场长|厂长|所长|院长|校长|馆长|班长|段长|矿长|行长"
    "|主管(?!部|单位|领导|人)|调度(?!室|员|中心|令)|会计(?!师|制|核|科|凭|法|准|账|处|部|室)|出纳|秘书(?!处|科)|司机|师傅|老板"
    "|老师|医生|护士|工程师|助理|专责|专员|干事|同志|先生|女士|小姐|阿姨|大爷|大姐|大哥|市长|县长|镇长|乡长|村长|区长|省长|教授"
)
_SHORT_TITLE: Final = (
    "总(?![体额量计数价经工会监裁法部])|董(?!事)|工(?![作程资人会地业期厂艺具商种伤龄友时钱段序装头])|局(?![面部限势促长域])"
    "|处(?![理罚分置境于在方长级事所])|科(?![技学研目室级普员长])|所(?![有以在谓属长])|队(?![伍员列长友])|哥(?!们)|姐(?![夫妹])"
    "|副(?:总(?![体额量计数价经工会监裁法部])|[局处科](?![级长室员])|[董工队所站厂矿段校院行组班部](?![级长事业程门]))"
)
_ROLE: Final = (
    "保管员|库管员?|采购员|材料员|安全员|观察员|施工员|驾驶员|业务员|办事员|科员|员工|职工|同事|领导|妻子|丈夫|儿子|女儿|弟弟|哥哥"
    "|小舅子|小姨子|姐夫|妹夫|侄子|侄女|外甥女?|爱人|父亲|母亲"
    "|老婆|老公|[表堂][弟哥姐妹]|连襟|儿媳|女婿|亲戚|战友|朋友(?!圈)|同学(?!会)"
    "|负责人|当事人|联系人|举报人|反映人|投诉人|申请人|经办人|收款人"
    "|户 {0,4}名|签 {0,4}名|落款|姓 {0,4}名(?:就?是|叫|为)?|名字(?:就?是|叫|为)做?|名叫|[我他她人]叫|叫做|我是"
)
_ANCHOR: Final = re.compile(f"(?P<full>(?:常务|执行)?副?(?:{_FULL_TITLE}))|(?P<short>{_SHORT_TITLE})|(?P<role>{_ROLE})")
_COMMON: Final = frozenset(
    "王李张刘陈杨赵吴周徐孙朱胡郭林梁宋唐许韩冯曹彭董袁潘蒋蔡叶苏魏吕丁沈姚卢姜谭汪范贾夏韦邹孟熊秦薛侯"
)
"""Surnames so frequent that 王国强 is a name although 王国 is a word."""
_NAME_LABEL: Final = re.compile(
    r"(?:姓 {0,4}名|名 {0,4}字) {0,2}[:：] {0,3}"
    r"((?:[\u4e00-\u9fff]{1,6}·)[\u4e00-\u9fff]{1,8}|[\u4e00-\u9fff]{2,4})(?![\u4e00-\u9fff*·])"
)
_NOBODY: Final = re.compile("匿名|不详|保密|不便|未知|暂无|没有|不填|略|本人|同上|不知|某|无")
_STRONG: Final = "".join(sorted(SURNAMES - WORDLIKE))
_FAMILIAR: Final = re.compile(
    rf"[老小][{_STRONG}](?=头|[的说在把和收拿给让是也就又他她被找跟去都家]|[^\u4e00-\u9fff*]|$)"
)
_CALLED: Final = re.compile(rf"(?<=姓)[{''.join(sorted(SURNAMES))}](?=的|[^\u4e00-\u9fff*]|$)")
_OPENING: Final = frozenset(
    "的了被给找跟和与同向对让叫由请问是把从为比替帮送约在及或如像说陪着过到就连托有靠见接使以因经当教系副我你他她们"
    "部室处科局司队站厂所院团矿区村镇县市省组班理长员任"
)
"""What may stand before a surname that is an everyday word too: what takes a person, and the ends of units' names."""
_NEVER_ALONE: Final = frozenset("向和时成应全连满原单解查封丛官尚米南车边位司师项路")
"""Before a title these are hardly ever a surname (向总经理汇报, 和主任)."""
_HIGH_UP: Final = re.compile("高处长[期时]")
_NOT_SHORT: Final = frozenset("常于何")
_NOT_DEPUTY: Final = frozenset("任于管应曾兼")
"""Before 副总 these are verbs (任副总, 分管副总)."""
_SAYS_MORE: Final = frozenset("和向时应全连原与")
"""Right behind a title these begin the next words (老师和同学, 签名应真实), not a name."""
_JOINED: Final = frozenset("、,和及与/;")
"""Between the names of several people."""
_OPEN_BRACKETS: Final = frozenset('([【〔“"「')
_CLOSE_BRACKETS: Final = frozenset(')]】〕”"」')
_IN_BRACKETS: Final = re.compile(r" ?[(\[【〔][^()\[\]【】〔〕\n。]{0,10}$")
_BRACKET_CLOSES: Final = re.compile(r" ?[)\]】〕,、;/]")
_LOOK_BACK: Final = 13
_DOTTED_BEFORE: Final = re.compile("[\u4e00-\u9fff]{1,7}(?:·[\u4e00-\u9fff]{1,8}){1,3} ?$")
_DOTTED: Final = re.compile(
    "[\u4e00-\u9fff]{1,8}(?:·(?:(?![的说在是和与把给收了到跟去来就也都被向将对让找请叫])[\u4e00-\u9fff]){1,8}){1,3}"
)
_DOTTED_LOOK_BACK: Final = 36
_ENGINEERS: Final = frozenset({"黄工", "马工", "方工", "江工", "龙工", "田工", "史工", "万工"})
_FOLLOWING: Final = frozenset(
    (
        "安排建议同意负责平时经常常常明知明明公开公款公车国庆春节中秋光明利用家里家属成立带头开会有意进行生活信访力度国企长期长年"
    )[place : place + 2]
    for place in range(0, 60, 2)
) | {"明天", "明年", "真实"}
"""Words that begin with a sign of given names and often stand behind a name."""
_NOT_GIVEN_PAIRS: Final = frozenset(
    {"安全", "国家", "国有", "建设", "文明", "平安", "光明", "海洋", "信息", "生产", "龙头", "明天", "真实"}
)


def names(text: str) -> list[tuple[int, int]]:
    """Start and end (characters) of every name in a text of half-width, visible signs; in no order, may overlap.

    Of 张主任 the name is 张, of 司机老刘 it is 老刘.
    """
    found = [match.span() for match in _FAMILIAR.finditer(text) if _opens(text, match.start())]
    found += [match.span() for match in _CALLED.finditer(text)]
    found += [match.span(1) for match in _NAME_LABEL.finditer(text) if not _NOBODY.search(match[1])]
    ended = -1
    for match in _ANCHOR.finditer(text):
        found += _around(text, match, ended)
        ended = -1 if match["role"] else match.end()
    return found + list(_again(text, found))


def _opens(text: str, start: int) -> bool:
    before = text[start - 1 : start]
    return not _is_chinese(before) or before in _OPENING


def _is_chinese(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


def _around(text: str, match: re.Match[str], ended: int) -> Iterator[tuple[int, int]]:
    """The names before and behind a title or a role; `ended`: where the title before it ended (张主任李主任)."""
    at = match.start()
    if match["short"]:
        if text[at - 1 : at] == " " and not _ends(text, match.end()):
            return
        at -= text[at - 1 : at] == " "
        start = _lone(text, at, ended)
        if start is not None and _is_short(text, start, match["short"]):
            yield start, at
        if match["short"][0] != "副":
            return
    if match["full"] and (span := _before(text, at, ended)) is not None:
        yield span
        yield from _listed_before(text, span[0])
    if (outside := _outside(text, match)) is not None:
        yield outside
    span = _behind(text, match)
    while span is not None:
        yield span
        span = _listed_behind(text, span[1])


def _outside(text: str, match: re.Match[str]) -> tuple[int, int] | None:
    """The name before the brackets in which a title stands: 张伟(项目经理)."""
    from_ = max(0, match.start() - _LOOK_BACK)
    bracket = _IN_BRACKETS.search(text[from_ : match.start()])
    if bracket is None or not _BRACKET_CLOSES.match(text, match.end()):
        return None
    return _before(text, from_ + bracket.start(), -1)


def _listed_before(text: str, at: int) -> Iterator[tuple[int, int]]:
    """The names of a list that ends with the name that starts at `at`: 张伟、李强主任."""
    while text[at - 1 : at] in _JOINED and at > 1:
        for length in (4, 3, 2):
            start = at - 1 - length
            if start >= 0 and _is_sure(text[start : at - 1]) and _left_is_free(text, start):
                yield start, at - 1
                at = start
                break
        else:
            return


def _listed_behind(text: str, at: int) -> tuple[int, int] | None:
    """The next name of a list: 李强 of 项目经理张伟、李强."""
    if text[at : at + 1] not in _JOINED:
        return None
    at += 1 + (text[at + 1 : at + 2] == " ")
    for length in (4, 3, 2):
        name = text[at : at + length]
        is_known = _is_sure(name) or (_is_full(name) and name[0] not in _SAYS_MORE and _ends(text, at + length))
        if len(name) == length and is_known and _breaks_well(text, at, length):
            return at, at + length
    return None


def _is_sure(name: str) -> bool:
    """Whether it is a full name whose surname is no everyday word."""
    return _is_full(name) and (name[0] not in WORDLIKE or name[:2] in COMPOUND)


def _breaks_well(text: str, at: int, length: int) -> bool:
    """Whether no title (李主任) and no word (李明知道) begins within a name, beyond its end."""
    if text[at + length - 1 : at + length + 1] in _FOLLOWING:
        return False
    for place in range(at + 1, at + length):
        title = _ANCHOR.match(text, place)
        if title is not None and title.end() > at + length:
            return False
    return True


def _is_short(text: str, start: int, title: str) -> bool:
    """Whether 王局, 李总, 孙工 is meant and not a word (高处, 施工)."""
    surname = text[start]
    if title[0] == "副":
        return surname not in _NOT_DEPUTY
    if surname in _NOT_SHORT or title in BEGINNING.get(surname, ()):
        return False
    return (
        surname not in WORDLIKE
        or surname + title in _ENGINEERS
        or title in {"总", "哥", "姐", "董"}
        or text[start : start + 2] in COMPOUND
    )


def _before(text: str, at: int, ended: int) -> tuple[int, int] | None:
    """The name before a title that starts at `at`; a blank may stand between."""
    if (dotted := _dotted_before(text, at)) is not None:
        return dotted
    at -= text[at - 1 : at] == " "
    last = text[at - 1 : at]
    if not _is_chinese(last) or _HIGH_UP.match(text, at - 1):
        return None
    lone = _lone(text, at, ended)
    if lone is not None and (last not in GIVEN or at - lone > 1 or lone == ended):
        return lone, at
    for length in (4, 3, 2):
        start = at - length
        if start >= 0 and _is_full(text[start:at]) and _left_is_free(text, start, ended):
            return (start, at) if text[start:at] not in PLACES else None
    return None if lone is None else (lone, at)


def _dotted_before(text: str, at: int) -> tuple[int, int] | None:
    """买买提·吐尔逊 before a title."""
    if "·" not in text[max(0, at - 10) : at]:
        return None
    from_ = max(0, at - _DOTTED_LOOK_BACK)
    match = _DOTTED_BEFORE.search(text[from_:at])
    if match is None:
        return None
    first, _, _ = match[0].partition("·")
    spare = max((place + 1 for place, sign in enumerate(first[:-1]) if sign in _OPENING), default=0)
    return from_ + match.start() + spare, from_ + match.start() + len(match[0].rstrip())


def _lone(text: str, at: int, ended: int) -> int | None:
    """Where a surname without a given name starts that ends at `at`."""
    if at >= 2 and text[at - 2 : at] in COMPOUND:  # noqa: PLR2004 - 欧阳
        return at - 2
    last = text[at - 1 : at]
    if last not in SURNAMES or last in _NEVER_ALONE or _is_place(text, at):
        return None
    return at - 1 if _left_is_free(text, at - 1, ended) else None


def _is_place(text: str, at: int) -> bool:
    """Whether a place ends at `at` (石家庄段长)."""
    return text[max(0, at - 2) : at] in PLACES or text[max(0, at - 3) : at] in PLACES


def _left_is_free(text: str, start: int, ended: int = -1) -> bool:
    """Whether what stands before a surname does not make a word with it (工程部长, 前任书记)."""
    before, surname = text[start - 1 : start], text[start]
    if not _is_chinese(before) or text[start : start + 2] in COMPOUND or start == ended:
        return True
    return before not in ENDING.get(surname, ()) and (surname not in WORDLIKE or before in _OPENING)


def _is_full(name: str) -> bool:
    """Whether a text is a surname with one or two signs of a given name, and no word."""
    if name in PLACEHOLDERS:
        return True
    given = name[2:] if name[:2] in COMPOUND else name[1:]
    surname = name[: len(name) - len(given)]
    if not 1 <= len(given) <= 2 or not GIVEN.issuperset(given) or given in _NOT_GIVEN_PAIRS:  # noqa: PLR2004 - 伟, 建国
        return False
    if surname in COMPOUND:
        return True
    if surname not in SURNAMES:
        return False
    is_word = given[0] in BEGINNING.get(surname, ())
    return not is_word or (len(given) == 2 and surname in _COMMON)  # noqa: PLR2004 - 王国强


def _behind(text: str, match: re.Match[str]) -> tuple[int, int] | None:
    """The name behind a title, a role or 我叫."""
    at = match.end()
    is_set_apart = text[at : at + 1] in {":", "：", *_OPEN_BRACKETS}
    at += is_set_apart or text[at : at + 1] == " "
    while at < match.end() + 4 and text[at : at + 1] == " ":
        at += 1
    first = text[at : at + 1]
    if first in {"老", "小"}:
        known = text[at + 1 : at + 2]
        return (at, at + 2) if known in SURNAMES and (known not in WORDLIKE or _ends(text, at + 2)) else None
    if (dotted := _DOTTED.match(text, at)) is not None:
        return dotted.span()
    if (first not in SURNAMES and text[at : at + 2] not in COMPOUND) or (first in _SAYS_MORE and not is_set_apart):
        return None
    if text[match.end()] in _OPEN_BRACKETS and text[at + 1 : at + 2] in _CLOSE_BRACKETS:
        return at, at + 1
    for length in (4, 3, 2):
        name = text[at : at + length]
        if len(name) == length and _is_full(name) and _breaks_well(text, at, length):
            return at, at + length
    return None


def _ends(text: str, at: int) -> bool:
    return not _is_chinese(text[at : at + 1])


def _again(text: str, found: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where the full names that were found stand once more."""
    known = {text[start:end] for start, end in found if end - start > 1 and text[start] not in "老小"} - COMPOUND
    if not known:
        return
    firsts, lengths = {name[0] for name in known}, {len(name) for name in known}
    for start, sign in enumerate(text):
        if sign in firsts:
            yield from ((start, start + length) for length in lengths if text[start : start + length] in known)
