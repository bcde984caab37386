"""The functions that expressions may call: one table, names and meanings of the ODK XForms specification."""

from typing import Final

from handlers.forms.expressions.functions import dates, nodes, numbers, places, texts, values
from handlers.forms.expressions.functions.function import Function

FUNCTIONS: Final[dict[str, Function]] = {
    **values.FUNCTIONS,
    **nodes.FUNCTIONS,
    **texts.FUNCTIONS,
    **numbers.FUNCTIONS,
    **dates.FUNCTIONS,
    **places.FUNCTIONS,
}

_SAME = "同样的回答必须得到同样的结果，不能用随机数"
REFUSED: Final[dict[str, str]] = {
    "random": _SAME,
    "uuid": _SAME + "；每张表交上来时系统会自动编号",
    "randomize": "这里不能打乱顺序；选项请按希望的顺序写在 choices 工作表里",
    "index": "要知道这是重复组的第几项，请写 position(..)",
    "id": "请直接写 ${题目名称}",
    "name": "题目名称是固定的，请直接写出来",
    "local-name": "题目名称是固定的，请直接写出来",
    "substring": "请改用 substr(文字, 起点, 终点)，从 0 数起，不含终点",
    "replace": "请改用 translate(文字, 原字符, 新字符)",
    "property": "聊天里没有手机和设备的信息",
    "depend": "请直接写要计算的内容",
    "extract-signed": "表单不保存密钥",
    "intersects": "本系统只收位置点，不收路线和区域",
    "geofence": "本系统只收位置点，不收路线和区域",
}
"""Known functions that are not supported, with the reason that the author reads."""
