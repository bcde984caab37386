"""Words that tell of danger to life, by the number that helps: read before anything else, and never kept.

Talk about what did not happen, what happened long ago, what is to be prevented or rehearsed is no danger. Where a
sentence could be either, it counts as danger: a needless line with emergency numbers costs nothing.
"""

import re
from enum import Enum, auto
from typing import Final, NamedTuple


class Danger(Enum):
    """What somebody may need, in the order in which it is looked for."""

    DISTRESS = auto()
    """Somebody does not want to live any more."""
    VIOLENCE = auto()
    """Somebody attacks or threatens to: 110."""
    FIRE = auto()
    """Fire, smoke, gas, an explosion: 119."""
    TRAPPED = auto()
    """Somebody cannot get out, or something comes down: 119 and 120."""
    HURT = auto()
    """Somebody is hurt or does not move: 120."""


class _Row(NamedTuple):
    danger: Danger
    pattern: re.Pattern[str]
    lasting: bool = False
    """It may be meant also where it was said or done yesterday."""


_WHO: Final = "(?:人|他|她|我|工人|工友|师傅|同事|民工|孩子|老板|[老小][\u4e00-\u9fff])"
_LIMB: Final = (
    "(?:人(?!批|管|问|认|报)|他|她|我|师傅|同事|兄弟|腿|脚|手(?!续)|胳膊|头|身上|[老小][\u4e00-\u9fff](?=被|让|给))"
)
_GAS: Final = "(?:煤气|燃气|瓦斯|天然气|液化气|沼气|氨气|氯气|毒气|一氧化碳|硫化氢|有毒气体)"
_HEIGHT: Final = "(?:楼|架|塔吊|屋顶|房顶|梯子|高处|高空|平台|吊篮|井架|车|坡|杆|顶棚|窗)"
_STANDING: Final = "(?:塔吊|吊车|脚手架|架子|围墙|墙|楼|围挡|支架|模板|边坡|电线杆|房子|宿舍|基坑|吊篮)"

_TABLE: Final[tuple[_Row, ...]] = tuple(
    _Row(danger, re.compile(pattern), lasting)
    for danger, pattern, lasting in (
        (
            Danger.DISTRESS,
            "不想活|活不下去|不如死了|死了算了|活着(?:真|太|也|实在|还有什么|有什么)?没?(?:意思|意义|意思了)|"
            "(?<!好)(?<!都)想死(?![你他她它咱]|我了)|想(?:去|要)?自杀|轻生|自杀|寻短见|想不开|割腕|自残|结束(?:自己的?|我的)生命|"
            "跳楼(?!价|机|甩)|跳江|跳桥|跳河|不想再?活|喝农药|写好?了?遗书|了结(?:自己|算了)|从楼上跳",
            True,
        ),
        (
            Danger.VIOLENCE,
            "(?:拿着?|持|提着?|举着?|抄起?|掏出)(?:菜刀|刀子|刀|砍刀|棍|铁棍|钢管|枪|凶器)(?!切|削|具|片)|持械|砍人|砍了(?:人|他|她|我)|捅了(?:人|他|她|我)|捅人|"
            "杀人|杀了我|要杀|弄死(?:我|他|她|你|人|全家)|要弄死|打死(?:我|他|她|人)|要?(?:他|她|我)的命|"
            "(?<!拨)(?<!电话)打人(?![工力防员民头情际机])|殴打|动手打|正在打|打起来了|打群架|(?<!数)(?<!数字)(?<!数据)(?<!前后)打架|被打(?:了(?!招呼)|伤|得|晕|倒)|打伤|"
            "(?:威胁|恐吓|扬言|吓唬).{0,10}(?:杀|弄死|打死|砍|捅|要命|人身|性命|生命|我家人|我孩子|我老婆|我全家|放火|收拾我)|"
            "绑架|非法拘禁|关在.{0,8}不让(?:走|出)|不让我(?:走|出去|离开)|强奸|猥亵",
            True,
        ),
        (
            Danger.FIRE,
            "着火|起火|失火|着了火|火灾(?=了|快|!)|(?<!烟囱)(?<!嗓子)(?<!嗓子都)(?<!嗓子快)冒(?:黑|浓|大|白)?烟|火势|烧起来|爆炸|"
            f"{_GAS}.{{0,6}}(?:泄漏|泄露|漏|味|中毒|超标|报警|喷)|(?:闻到|一股|有股).{{0,6}}{_GAS}|漏.{{0,2}}{_GAS}",
            False,
        ),
        (
            Danger.TRAPPED,
            f"被困|困在|困住|被埋|埋在.{{0,4}}下面|埋住|(?:关|卡|夹)在.{{0,8}}出不来|坍塌|塌方|垮塌|倒塌|冒顶|透水|"
            f"{_STANDING}.{{0,6}}(?:要倒|快倒|倒了|要塌|快塌|塌了|塌下来|要垮|垮了)|"
            "掉(?:进|到|在|入)?了?.{0,4}(?:水|河|江|海|池|坑|井|洞|沟)(?:里|中)|落水|溺水|淹(?:住|着|到脖)|洪水|泥石流|沉船|"
            "(?:跌|摔|滚|滑|栽|陷)(?:进|到|入|下|在)了?.{0,6}(?:水|河|江|池|坑|井|洞|沟|槽)",
            False,
        ),
        (
            Danger.HURT,
            f"{_WHO}.{{0,12}}(?:掉|坠|滚|栽)(?:了)?(?:下来|下去|落)|从.{{0,6}}{_HEIGHT}.{{0,4}}(?:掉|摔|跌|坠|滚|栽)|"
            "(?:摔|跌)(?:了)?(?:下来|下去|落)|坠(?:楼|落|亡|下)|"
            f"(?:(?:压|砸|轧|碾|夹|撞|绞|卷|挤)(?:住|到|中|倒|断|伤|死|进)|[压砸撞]着)(?:了)?(?:个|一个|两个|三个)?{_LIMB}|"
            f"{_LIMB}.{{0,2}}(?:被|让|给).{{0,8}}(?:压|砸|轧|碾|夹|撞|绞|卷|挤|电|烫|烧)(?:住|到|着|中|倒|断|伤|死|进|了|飞)|"
            f"{_LIMB}.{{0,3}}(?:压|轧|碾|夹|绞|卷)(?:住|断|进)|绞(?:住|进|断)|卷(?:进|入)(?:了)?.{{0,4}}(?:机|皮带|辊|轮|滚筒)|"
            "触电|电到|电击|(?:被|让)电(?:了|倒|晕|打)|漏电.{0,4}(?:人|打)|"
            "血流|流血|流了.{0,4}血|出血(?!泡)|全是血|(?:满脸|满头|浑身|一地)都?是?血|止不住血|吐血|"
            f"{_WHO}.{{0,10}}(?:(?<![走爬搬干])不动了|一动不动|没反应|没有反应|没呼吸|没有呼吸|没气了|叫不醒|快不行了|不行了|没心跳)|没有?了?呼吸|叫不醒|"
            "昏迷|昏倒|昏过去|晕倒|晕过去|休克|抽搐|口吐白沫|心脏病(?:发|犯)|喘不上气|(?<!电脑)(?<!系统)中毒|中暑|骨折|腿断|(?<!扶)手断|断了(?:腿|手|胳膊|手指)|"
            f"{_WHO}.{{0,8}}倒在(?:地|血|路|工地)|重伤|救命(?!钱|药|恩|稻草|之)|(?:要|会|快)?出人命",
            False,
        ),
    )
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
    "去年|前年|大前年|往年|当年|那年|早年|多年前|年前|个月前|上个?月|上半年|上季度|以前|从前|曾经|曾|过去(?!了)|历史上|小时候|(?:19|20)[0-9]{2}年"
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
    for found in row.pattern.finditer(sentence):
        before = sentence[: found.start()]
        clause = _CLAUSE_END.split(before)[-1]
        if _DENIED.search(clause) or _DENIED_AT_ONCE.search(clause) or _BEHIND.match(sentence, found.end()):
            continue
        if not urgent and (_LONG_AGO.search(before) or (not row.lasting and _YESTERDAY.search(before))):
            continue
        return True
    return False
