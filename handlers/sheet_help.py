"""？ in a form: what the question is about, and how it may be answered."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from handlers.forms.form import Kind
from handlers.forms.views import Asked
from handlers.sheet_wording import Parts

ABOUT: Final = "【填写说明】\n"
NOTHING_MORE: Final = "这一题没有更多说明。"
HOW: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.TEXT: "直接打字就行；打字不方便，可以用输入法的语音转文字。",
        Kind.INTEGER: "回复一个整数，如 12、十二。",
        Kind.DECIMAL: "回复一个数，如 3.5、三万五千、1.2万；记得不准的，可以写“6000余”。",
        Kind.SELECT_ONE: "点一项，或者回复序号、选项里的几个字。",
        Kind.SELECT_MULTIPLE: "可以选几项：回复序号，如 1 3，或者点“逐项点选”，选完点“选好了”。",
        Kind.DATE: "回复日期，如 11月3日、昨天、上周五、本月底。",
        Kind.TIME: "回复时间，如 14:30、下午两点半。",
        Kind.DATETIME: "回复日期和时间，如 11月3日下午两点、昨天 14:30。",
        Kind.RANGE: "回复一个数，范围见题目。",
        Kind.RANK: "把全部选项从前到后排一遍，回复序号，如 2 1 3。",
        Kind.ACKNOWLEDGE: "看过以后，回复“知道了”。",
        Kind.IMAGE: "直接把照片发过来，可以连着发几张；发完回复“完成”。发错了，回复“撤回上一张”或“重拍”。",
        Kind.AUDIO: "按住说话，直接发语音；发完回复“完成”。录错了，回复“重录”。",
        Kind.VIDEO: "直接把视频发过来；发完回复“完成”。发错了，回复“重拍”。",
        Kind.FILE: "点题目里的链接上传文件，传完回到这里回复“完成”。",
        Kind.GEOPOINT: "点聊天窗口的“＋”，选“位置”，发送您所在的位置。",
        Kind.BARCODE: "点底部菜单的“扫一扫”扫码，或者直接把编码打字发过来。",
        Kind.MORE: "还有同样的情况要登记，就回复“再加一项”；没有了，回复“没有了”。点序号可以看、可以改已登记的内容。",
    }
)
"""How each kind of question is answered, with examples."""
SAME: Final = "与上一项一样，回复“同上”。"
NONE: Final = "没有的话，回复“无”。"
OPTIONAL: Final = "这一题选填，不填就回复“跳过”。"
LEAST: Final = "请写清什么时候、什么事、怎么做的，一般不少于 {least} 字。"


def parts(asked: Asked | None) -> Parts:
    """What stands before the question when somebody asks for help with it."""
    if asked is None:
        return [f"{NOTHING_MORE}\n\n"]
    lines = [asked.hint, asked.guidance, HOW.get(asked.kind, "")]
    if asked.least:
        lines.append(LEAST.format(least=asked.least))
    if asked.same:
        lines.append(SAME)
    if "none" in asked.allows:
        lines.append(NONE)
    if not asked.required:
        lines.append(OPTIONAL)
    told = "\n".join(line for line in lines if line)
    return [f"{ABOUT}{told}\n\n"]
