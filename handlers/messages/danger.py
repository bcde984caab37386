"""Words that tell of danger to life, by the number that helps: read before anything else, and never kept.

Talk about what did not happen, what happened long ago, what is to be prevented or rehearsed is no danger. Where a
sentence could be either, it counts as danger: a needless line with emergency numbers costs nothing.
"""

import re
from enum import Enum, auto
from typing import Final, NamedTuple

from handlers.messages import danger_words


class Danger(Enum):
    """What somebody may need, in the order in which it is looked for."""

    DISTRESS = auto()
    """Somebody does not want to live any more."""
    VIOLENCE = auto()
    """Somebody attacks, threatens to, follows or locks in: 110."""
    FIRE = auto()
    """Fire, smoke, gas, an explosion: 119."""
    TRAPPED = auto()
    """Somebody cannot get out, or something comes down: 119 and 120."""
    HURT = auto()
    """Somebody is hurt or does not move: 120."""
    MISSING = auto()
    """Somebody is gone, or was taken away: 110."""
    CALL = auto()
    """Help is called for, without a word what for: any of the numbers."""


class _Row(NamedTuple):
    danger: Danger
    pattern: re.Pattern[str]
    lasting: bool = False
    """It may be meant also where it was said or done yesterday."""
    told: bool = False
    """It may be meant also beside words of what is settled."""
    unless: re.Pattern[str] | None = None
    """Words of the same sentence beside which it is something else."""
    at_all: re.Pattern[str] | None = None
    """What a sentence must hold to be worth a search."""


_TABLE: Final[tuple[_Row, ...]] = (
    _Row(
        Danger.DISTRESS,
        re.compile(danger_words.DISTRESS),
        lasting=True,
        told=True,
        at_all=re.compile(danger_words.DISTRESS_AT_ALL),
    ),
    _Row(
        Danger.DISTRESS,
        re.compile(danger_words.DESPAIR),
        lasting=True,
        told=True,
        unless=re.compile(danger_words.NOT_DESPAIR),
    ),
    _Row(
        Danger.VIOLENCE,
        re.compile(danger_words.VIOLENCE),
        lasting=True,
        at_all=re.compile(danger_words.VIOLENCE_AT_ALL),
    ),
    _Row(Danger.FIRE, re.compile(danger_words.FIRE)),
    _Row(
        Danger.TRAPPED,
        re.compile(danger_words.TRAPPED),
        unless=re.compile(danger_words.NOT_TRAPPED),
        at_all=re.compile(danger_words.TRAPPED_AT_ALL),
    ),
    _Row(Danger.HURT, re.compile(danger_words.HURT), at_all=re.compile(danger_words.HURT_AT_ALL)),
    _Row(Danger.MISSING, re.compile(danger_words.MISSING), unless=re.compile(danger_words.NOT_MISSING)),
    _Row(Danger.CALL, re.compile(danger_words.CALL)),
)

_SENTENCE: Final = re.compile("[^。!?;\n…~]+")
_CLAUSE_END: Final = re.compile("[,、:]|  +")
_DENIED: Final = re.compile(
    "没(?:有)?(?:人|谁|发生|出现|发现|听说|造成|看到|看见|见|再|被|任何|什么|员工|工人|人员)|未(?:发生|发现|出现|造成|见|有)|"
    "无(?:人|人员|一|任何)|从未|从没|并未|并没|不会|不是|不存在|不曾|绝不|"
    "防|防止|避免|以免|免得|杜绝|预防|谨防|万一|要是|如果|假如|假设|假使|若|一旦|差点|差一点|险些|怕|担心|容易|易|可能|"
    "会不会|能不能|小心|迟早|早晚|总有一天|别再|不要再|不能再|好像没|号称|比如|例如|所谓|是否|以为|梦见|梦到"
)
_DENIED_AT_ONCE: Final = re.compile("(?:没有?|未|无|不|零|否认)$")
_LONG_AGO: Final = re.compile(
    "去年|前年|大前年|往年|当年|那年|早年|多年前|年前|个月前|上个?月|上半年|上季度|以前|从前|曾经|曾|(?<![睡晕昏倒抽死])过去(?!了)|历史上|小时候|(?:19|20)[0-9]{2}年"
)
_YESTERDAY: Final = re.compile("昨天|昨晚|前天|上周|上星期|上次|天前|周前|那次|那天|之前|刚来时")
_BEHIND: Final = re.compile(
    "过(?!去|来)|(?:事故)?的?(?:风险|隐患|可能|危险性|演练|演习|培训|防护|预防|报警器|探测器|标志|标识|装置|保险|案例|教训|"
    "专项|应急|预案|知识|急救知识|原因|险情排查|防范|整治|排查|警示|赔偿|事故(?:教训|报告|案例|通报|处理|分析|责任|调查))|(?:能|就能|时能|可以)报警"
)
_REHEARSED: Final = re.compile(
    "演练|演习|培训|讲座|预案|宣传|警示教育|警示片|案例|电影|电视剧|小说|新闻|教材|考试|竞赛|课程|学习了|安全月|台账|"
    "^(?:建议|提议|希望|能不能|可不可以|能否|可否|申请)"
)
_SETTLED: Final = re.compile(
    "工伤(?!了)|奖励|赔(?:[偿付了钱]|多少)|补[贴助偿]|津贴|险(?:吗|种|费|有)|能(?:不能)?(?:报(?!警)|上班)|疫苗|理赔|报销|医药费|住院费|误工费|抚恤|[病产陪事]假|请假|瞒报|谎报|私了|经?核实|已(?:经)?(?:整改|处理|处置|扑灭|排除|修复|消除|闭环)|"
    "事故报告|善后|扣(?:多少|几)?分|扣分|标准|能休|药钱|劳保|来过[一两几]?[回次]|没(?:有)?(?:往上)?报(?!警)|往上报|报成|签字|录像|推来推去|推诿|扯皮|谁(?:来)?负责|怎么(?:赔|算|罚|处罚|报(?!警)|申报|追责|统计|处理的)|医保|保险|体检|台账|招标"
)
"""What is asked or told of afterwards: money, leave, blame, what was done about it."""
_URGENT: Final = re.compile("现在|正在|马上|赶紧|赶快|快来|快叫|快救|快点|救命|救救|来人|还在|刚刚|刚才|!")


def danger(plain: str) -> Danger | None:
    """What a text, in its normal form (words.normal), tells of; None: of no danger to life."""
    urgent = _URGENT.search(plain) is not None
    if not urgent and _REHEARSED.search(plain) is not None:
        return None
    for row in _TABLE:
        if any(_is_meant(row, sentence.group(), urgent=urgent) for sentence in _SENTENCE.finditer(plain)):
            return row.danger
    return None


def _is_meant(row: _Row, sentence: str, *, urgent: bool) -> bool:
    if row.at_all is not None and row.at_all.search(sentence) is None:
        return False
    if row.pattern.search(sentence) is None:  # of most sentences nothing more need be known
        return False
    if row.unless is not None and row.unless.search(sentence) is not None:
        return False
    if not urgent and not row.told and _SETTLED.search(sentence) is not None:
        return False
    for found in row.pattern.finditer(sentence):
        before = sentence[: found.start()]
        clause = _CLAUSE_END.split(before)[-1]
        if _DENIED.search(clause) or _DENIED_AT_ONCE.search(clause) or _BEHIND.match(sentence, found.end()):
            continue
        if not urgent and (_LONG_AGO.search(before) or (not row.lasting and _YESTERDAY.search(before))):
            continue
        return True
    return False
