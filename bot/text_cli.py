"""`qingfeng classify` and `qingfeng lexicon …`: what free text means, for programs and operators."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.terminal import actor, console, finish, settings_or_exit, warnings, with_database

if TYPE_CHECKING:
    from nlp.classifier import Classifier
    from storage.database import Database
    from storage.text_views import LabelCorrectionView
    from storage.text_work import NewLabels, OutdatedText

AT_ONCE: Final = 200
"""Texts that are read and written together: half a second of work, so that little is lost by an interruption."""
NOT_UTF_8 = "不是 UTF-8 编码的文字（可能是 GBK 或 UTF-16），请把文件另存为 UTF-8 再试"
NOT_JSON = '不是 {{"id": …, "text": "…"}} 这样的 JSON，从第 {column} 个字符起读不懂'
LONG_NUMBER = "里面的数字太长"
TOO_DEEP = "括号套得太深"
NO_OBJECT = '不是 {"id": …, "text": "…"} 这样的 JSON：要用花括号括起来'
NO_TEXT = "没有写 text"
NOT_TEXT = "text 不是文字，要用双引号括起来"
UNREAD = "第 {row} 行读不了：{why}。"
SOME_UNREAD = "共有 {unread} 行读不了，没有答复；其余 {answered} 条已答复。"
UP_TO_DATE = "都已按现在的词库分类，没有要重新分类的。"
DONE = "重新分类了 {written} 条；纪检人员更正过的保持不变。"
SKIPPED = "另有 {left} 条在此期间有人更正或改动，没有动它们。"
EXPORTED = "已导出 {count} 条更正到 {file}，可以作为训练样本。"
NOT_WRITTEN = "文件写不进去：{why}。"

lexicon = typer.Typer(help="词库与分类", no_args_is_help=True)


def classify() -> None:
    """从标准输入逐行读 {"id", "text"}，逐行输出分类和依据（JSON）；读不了的写到标准错误。不用设置，也不连数据库。"""
    from nlp.classifier import Classifier

    classifier = Classifier.load()
    answered = unread = 0
    for row, line in enumerate(sys.stdin.buffer, start=1):
        try:
            answer = _answer(classifier, line)
        except ValueError as error:
            unread += 1
            sys.stdout.buffer.flush()  # on one screen the answers before stand before
            _warn(UNREAD.format(row=row, why=error))
            continue
        if answer:
            sys.stdout.buffer.write(answer)
            answered += 1
    sys.stdout.buffer.flush()
    if unread:
        _warn(SOME_UNREAD.format(unread=unread, answered=answered))
        raise typer.Exit(1)


def _warn(told: str) -> None:
    warnings.print(told, style="red", highlight=False, markup=False, soft_wrap=True)


def _answer(classifier: "Classifier", line: bytes) -> bytes:
    """The line that answers a line of input; empty for an empty one. Raises ValueError with what is wrong with it."""
    try:
        spelled = line.decode("utf-8-sig")  # files that were joined may have a mark before any line
        if not spelled.strip():
            return b""
        given = _read(spelled)
        said = {"id": given.get("id"), **_labels(classifier, given["text"])}
        return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace") + b"\n"  # half a surrogate has no UTF-8
    except UnicodeDecodeError:
        raise ValueError(NOT_UTF_8) from None
    except RecursionError:
        raise ValueError(TOO_DEEP) from None


def _read(spelled: str) -> dict[str, Any]:
    """What the line says, with a text in it. Raises ValueError with what is wrong, RecursionError."""
    try:
        given = json.loads(spelled)
    except json.JSONDecodeError as error:
        raise ValueError(NOT_JSON.format(column=error.pos + 1)) from None
    except ValueError:  # the only other one: more than 4300 digits
        raise ValueError(LONG_NUMBER) from None
    if not isinstance(given, dict):
        raise ValueError(NO_OBJECT)
    if "text" not in given:
        raise ValueError(NO_TEXT)
    if not isinstance(given["text"], str):
        raise ValueError(NOT_TEXT)
    return given


def _labels(classifier: "Classifier", text: str) -> dict[str, Any]:
    found = classifier.classify(text)
    names = ("label", "words", "start", "end", "clause", "weight", "source")
    return {**found.labels(), "evidence": [dict(zip(names, piece, strict=True)) for piece in found.evidence]}


@lexicon.command("reclassify")
def reclassify() -> None:
    """按现在的词库重新分类以前的意见和问题；更正过的不动，中断后再执行会接着做。"""
    from nlp.classifier import Classifier

    settings = settings_or_exit()
    shipped = Classifier.load()
    written, left = finish(with_database(settings, lambda database: _reclassified(database, shipped)))
    console.print(DONE.format(written=written) if written or left else UP_TO_DATE, highlight=False)
    if left:
        console.print(SKIPPED.format(left=left), highlight=False)


async def _reclassified(database: "Database", shipped: "Classifier") -> tuple[int, int]:
    """How many texts got new labels, and how many were changed by somebody meanwhile."""
    from nlp.classifier import VERSION
    from nlp.lexicon_edits import LexiconEdit
    from storage.vocabulary import TextSource

    texts = database.texts
    now_in_force = await texts.lexicon()
    edits = [LexiconEdit(edit.word, edit.labels, edit.weight) for edit in now_in_force.edits]
    classifier = shipped.edited(now_in_force.version, edits) if edits else shipped
    number = now_in_force.version
    total = await texts.count_outdated(lexicon=number, classifier=VERSION)
    written = looked_at = 0
    with _bar() as progress:
        task = progress.add_task("重新分类", total=total)
        for source in TextSource:
            after = 0
            while batch := await texts.outdated(source, lexicon=number, classifier=VERSION, after=after, limit=AT_ONCE):
                labelled = _relabelled(classifier, batch)
                written += await texts.reclassify(
                    labelled, lexicon=number, classifier=VERSION, actor=actor(), now=datetime.now(UTC)
                )
                after, looked_at = batch[-1].id, looked_at + len(batch)
                progress.update(task, completed=looked_at)
    return written, looked_at - written


def _relabelled(classifier: "Classifier", batch: Sequence["OutdatedText"]) -> list["NewLabels"]:
    from handlers.understanding import as_classified
    from storage.text_work import NewLabels

    return [NewLabels(text, classifier.classify(as_classified(text.text, text.area)).to_json()) for text in batch]


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console)


@lexicon.command("corrections")
def corrections(file: Annotated[Path, typer.Argument(help="写到哪个文件（.jsonl）")]) -> None:
    """导出纪检人员更正过的分类，一行一条，可以作为训练样本；其中的个人信息已经遮盖。"""
    settings = settings_or_exit()
    found = finish(with_database(settings, _all_corrections))
    try:
        with file.open("w", encoding="utf-8") as target:
            target.writelines(json.dumps(_example(view), ensure_ascii=False) + "\n" for view in found)
    except OSError as error:
        console.print(NOT_WRITTEN.format(why=error.strerror), style="red", highlight=False, markup=False)
        raise typer.Exit(1) from None
    console.print(EXPORTED.format(count=len(found), file=file), highlight=False, markup=False)


async def _all_corrections(database: "Database") -> list["LabelCorrectionView"]:
    found: list[LabelCorrectionView] = []
    while batch := await database.texts.corrections(after=found[-1].id if found else 0):
        found += batch
    return found


def _example(view: "LabelCorrectionView") -> dict[str, Any]:
    """In the shape of nlp/training/messages, without who wrote or corrected it."""
    from nlp.masks import masked

    return {"text": masked(view.text), **view.after}
