"""What the upload page says."""

from collections.abc import Mapping
from types import MappingProxyType

from storage.vocabulary import MediaKind

FORMATS: Mapping[MediaKind, str] = MappingProxyType(
    {
        MediaKind.IMAGE: "JPG、PNG、GIF、WebP 图片",
        MediaKind.AUDIO: "MP3、AMR、WAV、M4A、OGG 录音",
        MediaKind.VIDEO: "MP4、MOV 视频",
        MediaKind.FILE: "PDF、Word（docx）、Excel（xlsx）、PPT（pptx），也可以是图片、录音或视频",
    }
)
ACCEPT: Mapping[MediaKind, str] = MappingProxyType(
    {
        # Types by name, not image/*: then an iPhone sends its HEIC pictures as JPEG.
        MediaKind.IMAGE: "image/jpeg,image/png,image/gif,image/webp",
        MediaKind.AUDIO: "audio/*,.amr,.m4a",
        MediaKind.VIDEO: "video/mp4,video/quicktime",
        MediaKind.FILE: ".pdf,.docx,.xlsx,.pptx,image/jpeg,image/png,image/gif,image/webp,audio/*,video/mp4",
    }
)
THINGS: Mapping[MediaKind, str] = MappingProxyType(
    {MediaKind.IMAGE: "图片", MediaKind.AUDIO: "录音", MediaKind.VIDEO: "视频", MediaKind.FILE: "文件"}
)
MIMES: Mapping[str, str] = MappingProxyType(
    {
        "application/pdf": "PDF",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word 文档",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel 表格",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPT",
        "image": "图片",
        "audio": "录音",
        "video": "视频",
    }
)
"""What a received file is called, by its type or the first half of it."""

GONE_TITLE = "链接不能用了"
UNKNOWN = "这个链接不完整，或者不是本系统发出的。请回到微信对话，重新点一次上传链接。"
EXPIRED = "这个链接超过 24 小时，已经失效。请回到微信对话，回复“继续”，会给您一个新的链接。"
CLOSED = "这份表已经提交、取消或失效，不能再添加文件。有疑问请回到微信对话查看。"
NOT_ASKED = "这份表里现在没有这一题了。请回到微信对话，回复“继续”，再按提示上传。"
AWAY_TITLE = "请稍后再试"
AWAY = "系统繁忙，请稍后再试。已经收到的文件都在。"
BUSY = "现在上传的人较多，请过一会儿再试。"
ON_ITS_WAY = "正在接收"
NO_FILE = "还没有选择文件。"
BROKEN = "文件没有传完整，请检查网络后重新上传。"
WRONG_TYPE = "这个文件的格式收不了。可以上传：{formats}。旧版的 doc、xls、ppt 请先另存为新格式；带宏的文档收不了。"
UNREADABLE = "这个文件打不开，可能是空的或已经损坏，请换一个再试。"
TOO_LARGE = "文件太大了，每个不超过 {most} MB。"
TOO_MANY = "这一题最多收 {most} 个文件，已经满了。"


def size(number: int) -> str:
    """Bytes as people read them."""
    if number < 1024 * 1024:
        return f"{max(1, round(number / 1024))} KB"
    return f"{number / 1024 / 1024:.1f} MB"


def called(mime: str) -> str:
    """What a file of this type is called."""
    return MIMES.get(mime) or MIMES.get(mime.partition("/")[0], "文件")
