"""The Chinese words that authors may write for sheets, columns, types and settings: one table each."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

SURVEY_HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "type": ("类型", "题型", "题目类型", "问题类型"),
    "name": ("名称", "题目名称", "变量名", "英文名", "英文名称", "编号", "题目编号", "代号", "字段名"),
    "label": ("题目", "标签", "标题", "题干", "问题", "题目文字", "问题文字", "题目内容", "显示文字"),
    "hint": ("提示", "填写提示", "填写说明", "说明"),
    "guidance_hint": ("指导", "指导说明", "填写指导", "指引", "详细说明"),
    "required": ("必填", "是否必填", "必答", "是否必答"),
    "required_message": ("必填提示", "必答提示", "未填提示", "必填说明"),
    "qf:list": ("选项", "选项组", "选项列表", "选项组名"),
    "constraint": ("限制", "约束", "校验", "限制条件", "约束条件", "校验条件", "校验规则"),
    "constraint_message": ("校验提示", "限制提示", "约束提示", "错误提示", "出错提示", "校验说明"),
    "relevant": ("显示条件", "跳转条件", "出现条件", "跳转", "跳转逻辑", "显示逻辑"),
    "default": ("默认值", "默认", "缺省值", "初始值"),
    "calculation": ("计算", "公式", "计算公式"),
    "appearance": ("外观", "样式"),
    "choice_filter": ("选项筛选", "选项过滤", "筛选", "筛选条件", "过滤条件"),
    "trigger": ("触发", "触发题目"),
    "read_only": ("只读", "是否只读"),
    "repeat_count": ("重复次数", "次数"),
    "parameters": ("参数",),
    "media::image": ("媒体", "题图", "图片"),
    "media::audio": ("音频",),
    "media::video": ("视频",),
    "disabled": ("停用", "禁用"),
    "bind::qf:purpose": ("用途", "purpose"),
    "bind::qf:allow": ("允许", "允许回答", "allow"),
    "bind::qf:least": ("最少字数", "最少字符数", "least"),
}
CHOICES_HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "list_name": ("选项组", "列表名", "列表名称", "列表", "组名", "选项组名", "选项列表"),
    "name": ("选项值", "名称", "值", "选项名称", "选项代码", "代码"),
    "label": ("选项文字", "标签", "文字", "选项", "选项标签", "选项内容", "显示文字"),
    "media::image": ("图片",),
}
SETTINGS_HEADERS: Final[dict[str, tuple[str, ...]]] = {
    "form_title": ("表单标题", "标题", "表单名称", "问卷标题"),
    "form_id": ("表单编号", "表单代号", "编号", "代号", "表单标识"),
    "version": ("版本", "版本号"),
    "default_language": ("默认语言", "语言"),
    "allow_choice_duplicates": ("允许重复选项", "允许选项重复"),
    "instance_name": ("实例名称",),
    "style": ("样式",),
    "attribute::qf:level": ("层级", "观察层级", "level", "qf_level"),
    "attribute::qf:audience": ("对象", "填报对象", "适用对象", "audience"),
}
SHEETS_IN_CHINESE: Final[dict[str, tuple[str, ...]]] = {
    "survey": ("问卷", "题目", "题目表", "问卷题目"),
    "choices": ("选项", "选项表"),
    "settings": ("设置", "表单设置"),
    "external_choices": ("外部选项", "外部选项表"),
}
TYPES_IN_CHINESE: Final[dict[str, tuple[str, ...]]] = {
    "text": ("文本", "文字", "填空", "简答", "问答", "单行文本", "多行文本"),
    "integer": ("整数",),
    "decimal": ("小数", "数字", "数值", "金额"),
    "select_one": ("单选", "单选题", "下拉", "下拉选择"),
    "select_multiple": ("多选", "多选题"),
    "select_one_from_file": ("文件单选", "附件单选", "单选自文件"),
    "select_multiple_from_file": ("文件多选", "附件多选", "多选自文件"),
    "select_one_external": ("外部单选",),
    "rank": ("排序", "排序题"),
    "date": ("日期",),
    "time": ("时间", "时刻"),
    "dateTime": ("日期时间", "日期和时间"),
    "note": ("说明", "提示", "提示文字", "说明文字"),
    "calculate": ("计算", "公式"),
    "hidden": ("隐藏", "隐藏值"),
    "image": ("图片", "照片", "拍照"),
    "audio": ("录音", "音频", "语音"),
    "video": ("视频", "录像"),
    "file": ("文件", "附件"),
    "geopoint": ("位置", "定位", "地点"),
    "barcode": ("扫码", "条码", "二维码"),
    "acknowledge": ("确认", "知晓", "承诺"),
    "range": ("范围", "评分", "打分"),
    "begin_group": ("分组开始", "开始分组", "分组"),
    "end_group": ("分组结束", "结束分组"),
    "begin_repeat": ("重复组开始", "开始重复", "重复开始", "开始重复组"),
    "end_repeat": ("重复组结束", "结束重复", "重复结束", "结束重复组"),
    "begin_loop": ("循环开始", "开始循环"),
    "end_loop": ("循环结束", "结束循环"),
    "csv-external": ("附件表", "数据表"),
}
LISTED_TYPES: Final = (
    "select_one",
    "select_multiple",
    "select_one_from_file",
    "select_multiple_from_file",
    "select_one_external",
    "rank",
    "begin_loop",
)
"""Types after which the name of a list, or of a file, is written."""
YES_IN_CHINESE: Final = frozenset(
    {"是", "必填", "必答", "只读", "有", "对", "√", "✓", "✔", "y", "1", "停用", "允许", "yes", "true", "true()"}
)
NO_IN_CHINESE: Final = frozenset(
    {"否", "不", "选填", "非必填", "可不填", "不必填", "×", "✗", "n", "0", "no", "false", "false()"}
)
LEVELS: Final = {"comprehensive": ("综合",), "project": ("项目",), "functional": ("职能",), "daily": ("日常",)}
AUDIENCES: Final = {
    "observers": ("观察员",),
    "everyone": ("全体人员", "全员", "所有人", "全体职工"),
    "officers": ("纪检人员", "纪检干部"),
    "closed": ("暂不开放", "不开放"),
}
ALLOWANCES: Final = {"same": ("同上",), "none": ("无", "没有")}


def plain(text: str) -> str:
    """A header, type or sheet name as it is looked up: half-width, lower-case, single blanks, without `*` and `：`."""
    halved = unicodedata.normalize("NFKC", text).strip().rstrip("*:").lstrip("*")
    return " ".join(halved.split()).lower()


def lookup(table: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """A table turned round: every word that stands for a name, and the name itself, as `plain` gives them -> name."""
    found = {plain(word): name for name, words in table.items() for word in words}
    return {plain(name): name for name in table} | found


SHEET_NAMES: Final = lookup(SHEETS_IN_CHINESE)
"""Sheet name as `plain` gives it -> its XLSForm name."""
HEADERS: Final = {
    "survey": lookup(SURVEY_HEADERS),
    "choices": lookup(CHOICES_HEADERS),
    "external_choices": lookup(CHOICES_HEADERS),
    "settings": lookup(SETTINGS_HEADERS),
}
"""Sheet -> header as `plain` gives it -> XLSForm header."""
TYPES: Final = lookup(TYPES_IN_CHINESE)
ENGLISH_HEADERS: Final = {
    "caption": "label",
    "command": "type",
    "tag": "name",
    "value": "name",
    "list name": "list_name",
    "readonly": "read_only",
    "relevance": "relevant",
    "calculate": "calculation",
    "constraining_message": "constraint_message",
    "requiredmsg": "required_message",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "bind:relevant": "relevant",
    "bind::relevant": "relevant",
    "bind::required": "required",
    "bind::constraint": "constraint",
    "bind::calculate": "calculation",
    "bind::readonly": "read_only",
    "bind::jr:constraintmsg": "constraint_message",
    "bind:jr:constraintmsg": "constraint_message",
    "bind::jr:requiredmsg": "required_message",
    "control::appearance": "appearance",
    "body::appearance": "appearance",
    "control::jr:count": "repeat_count",
}
"""Other English headers that pyxform takes for a column that we read -> our name of it."""


def in_chinese(table: Mapping[str, tuple[str, ...]], name: str) -> str:
    """The first Chinese word for a name; the name itself when there is none."""
    return next(iter(table.get(name, ())), name)
