"""What people send while a form is open: pictures, recordings, videos, places and scanned codes."""

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from handlers import sheet_files as files
from handlers import sheet_media_wording as media_wording
from handlers import sheet_taps, sheet_wording, words
from handlers.base import Context, Inbound, Outcome, Said, text
from handlers.forms import engine, said_words
from handlers.forms.answers import Reading
from handlers.forms.canonical import MAX_MEDIA
from handlers.forms.form import MEDIA, SELECTS, Kind
from handlers.forms.likeness import bare
from handlers.forms.quantities import plain_digits
from handlers.forms.readable import env_of, label_of
from handlers.forms.showing import numbered
from handlers.forms.views import Asked
from handlers.question_wording import heard
from handlers.sheet_memory import Desk, Filling, Gathering, Unwanted
from handlers.sheet_moves import ask, move, said_now, take
from storage.commands import DropMedia, ExpectMedia, MediaExpected
from storage.vocabulary import MediaState

QUIET: Final = int(timedelta(minutes=1).total_seconds())
"""Seconds in which further files for the same question, or late ones, are taken without another word."""
SAME_MOMENT: Final = 2
"""Seconds by which clocks and callbacks of one gesture may differ: files sent together with 完成, or just before."""
SCANS: Final = frozenset({"scancode_waitmsg", "scancode_push"})
"""Events that carry what was scanned (WECHAT.md, Callback)."""
_BARCODE: Final = re.compile(r"[A-Z][A-Z0-9_]{1,15},(?=.)")
"""Before the content of a bar code (no QR code) stands its kind: `EAN_13,6901234567892`."""

_FINISH: Final = said_words.words(
    "完成 完成了 好了 发完了 发完 没有了 没了 就这些 就这样 发好了 传好了 传完了 上传好了 上传完了 完了 可以了 够了 ok "
    "done 好 好的 结束 都发了 发了"
)
_NONE: Final = said_words.words("没有 无 没 暂无 没有照片 没拍 不用 不用了 没有图片 没有视频 没有录音 没有文件")
_AGAIN: Final = said_words.words("重拍 重发 重新发 重新拍 重录 重新录 重传 清空 都不要了 全部删除 全部撤回 重来")
_UNDO: Final = said_words.words(
    "撤回上一张 撤回上一个 撤回上一段 撤回 撤回一张 撤销 删除上一张 删掉上一张 删除上一个 删掉上一个 上一张不要"
)


async def received(inbound: Inbound, desk: Desk, context: Context) -> Outcome:
    """Something that is no text: a file for the question, a late one for the question before, or nothing it takes."""
    asked = engine.current(desk.form, desk.filling.state)
    if inbound.kind in files.KINDS and inbound.media_id:
        ref = _place_for(inbound, desk, asked)
        if ref is not None:
            return _file(inbound, desk, asked, ref, context)
    if asked is not None and inbound.kind == "location" and asked.kind is Kind.GEOPOINT:
        return _place(inbound, desk, asked)
    if asked is not None and inbound.event in SCANS and asked.kind is Kind.BARCODE:
        return _scan(inbound, desk, asked)
    return _not_wanted(inbound, desk, asked)


def _place_for(inbound: Inbound, desk: Desk, asked: Asked | None) -> str | None:
    """The ref of the question that the file is for; None when no question takes it now.

    What was surely sent before the last 完成 belongs to the question before, also where this one takes files too.
    """
    sent_at, done_at = int(inbound.created_at.timestamp()), desk.filling.gathering.done_at
    before = _takes_more(inbound, desk) if sent_at <= done_at + SAME_MOMENT else None
    if before is not None and sent_at < done_at:
        return before
    if asked is not None and files.wants(asked.kind, inbound.kind):
        return asked.ref
    return before


def _takes_more(inbound: Inbound, desk: Desk) -> str | None:
    """The ref of the question whose files were all, where it takes several of this kind and is still relevant."""
    state, ref = desk.filling.state, desk.filling.gathering.ref
    layout = desk.form.layout(state.counts)
    if not desk.filling.gathering.done_at or ref not in layout.places:
        return None
    question = layout.step(ref)
    fits = question.several and files.wants(question.kind, inbound.kind)
    return ref if fits and state.off.isdisjoint(question.gates) else None


def _file(inbound: Inbound, desk: Desk, asked: Asked | None, ref: str, context: Context) -> Outcome:
    """Take a file in as (part of) the answer to the question `ref`."""
    question = desk.form.layout(desk.filling.state.counts).step(ref)
    had = files.files_in(desk.filling.state, ref)
    if question.several and len(had) >= MAX_MEDIA:
        return _too_many(desk, question.kind, asked)
    replaced = () if question.several else had
    name = context.fresh_id()
    kept = (*had, name) if question.several else (name,)
    state = files.put(desk.form, desk.filling.state, ref, kept, desk.moment)
    awaiting = (*(old for old in desk.filling.awaiting if old not in replaced), name)
    desk = desk._replace(filling=desk.filling._replace(state=state, awaiting=awaiting))
    if asked is None or asked.ref != ref:
        label = label_of(question, env_of(state))
        said = _late(desk, question.kind, label, len(kept))
    elif question.several:
        said = _one_of_several(desk, question.kind, ref, len(kept))
    else:
        said = _only_one(desk, asked, name)
    expected = ExpectMedia(name, desk.filling.draft, ref, files.KINDS[inbound.kind], inbound.media_id)

    def worded(results: Sequence[Any]) -> Said:
        first: MediaExpected = results[0]
        return said if first.expected else _gone(desk)

    dropped = (DropMedia(replaced),) if replaced else ()
    return Outcome(commands=(expected, *dropped), then=worded)


def _one_of_several(desk: Desk, kind: Kind, ref: str, count: int) -> Said:
    """The first file is acknowledged, further ones only when a minute has passed: nine at once get one answer."""
    before = desk.filling.gathering
    going_on = before.ref == ref and not before.done_at
    if going_on and desk.now - before.told_at < QUIET:
        return Said(desk.leave(desk.filling), None)
    filling = desk.filling._replace(gathering=Gathering(ref, desk.now), unwanted=Unwanted())
    parts = media_wording.acknowledged(kind, count, first=count == 1)
    return Said(desk.leave(filling), text(*parts)._replace(about=sheet_taps.about(filling.draft, ref)))


def _only_one(desk: Desk, asked: Asked, name: str) -> Said:
    """The form goes on at once; 修改 returns. A file that breaks a rule of the form leaves it where it is."""
    try:
        state = engine.answer(desk.form, desk.filling.state, name, desk.moment)
    except ValueError as refusal:
        return said_now(ask(desk, f"{refusal}\n\n"))
    desk = desk._replace(filling=desk.filling._replace(gathering=Gathering()))
    return said_now(move(desk, asked, state, media_wording.received_one(asked.kind), echoed=asked.ref))


def _late(desk: Desk, kind: Kind, label: str, count: int) -> Said:
    """A file that was sent before 完成 and came behind it; the first within a minute is told."""
    before = desk.filling.gathering
    if desk.now - before.told_at < QUIET and before.told_at > before.done_at:
        return Said(desk.leave(desk.filling), None)
    gathering = before._replace(told_at=max(desk.now, before.done_at + 1))
    desk = desk._replace(filling=desk.filling._replace(gathering=gathering))
    return said_now(ask(desk, media_wording.received_late(kind, label, count)))


def _gone(desk: Desk) -> Said:
    ways = sheet_wording.row([words.RESUME, words.MENU])
    return Said(desk.leave(None), text(f"{sheet_wording.DRAFT_GONE}\n\n", *ways))


def _too_many(desk: Desk, kind: Kind, asked: Asked | None) -> Outcome:
    again = desk.filling.unwanted
    if again.kind == "too many" and desk.now - again.at < QUIET:
        return Outcome(said=Said(desk.leave(desk.filling), None))
    filling = desk.filling._replace(unwanted=Unwanted("too many", desk.now))
    return ask(desk._replace(filling=filling), media_wording.too_many(kind, MAX_MEDIA))


def _place(inbound: Inbound, desk: Desk, asked: Asked) -> Outcome:
    """A location message; the label of the map is kept beside the degrees as what the person said."""
    where = inbound.location
    if where is None:
        return _not_wanted(inbound, desk, asked)
    latitude, longitude = (plain_digits(Decimal(repr(degrees))) for degrees in (where.latitude, where.longitude))
    label = " ".join(where.label.split())
    said = f"{label}（{latitude}, {longitude}）" if label else ""
    told = media_wording.PLACE_TAKEN.format(label=said or f"{latitude}, {longitude}")
    return _answered(desk, asked, Reading(f"{latitude} {longitude} 0 0", said, told))


def _scan(inbound: Inbound, desk: Desk, asked: Asked) -> Outcome:
    """What the camera read of a bar code or a QR code (ScanCodeInfo of the event)."""
    told = inbound.fields.get("ScanCodeInfo")
    found = told if isinstance(told, dict) else {}
    code = str(found.get("ScanResult") or "").strip()
    if str(found.get("ScanType") or "").strip().lower() != "qrcode":
        code = _BARCODE.sub("", code, count=1)
    if not code:
        return ask(desk)
    return _answered(desk, asked, Reading(code, "", media_wording.SCANNED.format(code=media_wording.short(code))))


def _answered(desk: Desk, asked: Asked, reading: Reading) -> Outcome:
    try:
        state = engine.answer(desk.form, desk.filling.state, reading.value, desk.moment, said=reading.said)
    except ValueError as refusal:
        return ask(desk, f"{refusal}\n\n")
    return move(desk, asked, state, heard(asked, reading), echoed=asked.ref)


def _not_wanted(inbound: Inbound, desk: Desk, asked: Asked | None) -> Outcome:
    """What the question does not take; the same again at once (nine pictures) is not answered once more."""
    kind = "scan" if inbound.event in SCANS else inbound.kind
    again = desk.filling.unwanted
    if again.kind == kind and desk.now - again.at < QUIET and kind in files.KINDS:
        return Outcome(said=Said(desk.leave(desk.filling), None))
    desk = desk._replace(filling=desk.filling._replace(unwanted=Unwanted(kind, desk.now)))
    if asked is None:
        return ask(desk, media_wording.at_end(kind))
    if asked.kind in MEDIA:
        return ask(desk, media_wording.wrong_kind(asked.kind, kind))
    choices = asked.kind in SELECTS or asked.kind is Kind.MORE
    return ask(desk, media_wording.not_wanted(kind, choices=choices, ahead=_ahead(desk, asked, inbound.kind)))


def _ahead(desk: Desk, asked: Asked, sent: str) -> tuple[int, str] | None:
    """Number and label of the next question that takes what was sent."""
    state = desk.filling.state
    for number, question in numbered(desk.form, state):
        fits = files.wants(question.kind, sent) and question.kind is not Kind.FILE
        if number > asked.number and (fits or (sent == "location" and question.kind is Kind.GEOPOINT)):
            return number, label_of(question, env_of(state))
    return None


async def said(inbound: Inbound, desk: Desk, asked: Asked, context: Context) -> Outcome:
    """A text at a question that wants files: that it was all, that some are to be taken back, or nothing of it."""
    plain = bare(inbound.text)
    had = files.files_in(desk.filling.state, asked.ref)
    if plain in _AGAIN:
        return drop(desk, asked, had, media_wording.cleared(asked.kind))
    if plain in _UNDO:
        return drop(desk, asked, had[-1:], media_wording.took_back(asked.kind, something=bool(had)))
    if plain in _FINISH or (plain in _NONE and (had or not asked.required)):
        return await finish(desk, asked, context)
    return take(desk, asked, inbound.text)


def drop(desk: Desk, asked: Asked, names: Sequence[str], lead: str) -> Outcome:
    """Take files out of the answer being asked, and ask again."""
    if not names:
        return ask(desk, lead)
    state, _ = files.without(desk.form, desk.filling.state, names, desk.moment)
    awaiting = tuple(name for name in desk.filling.awaiting if name not in names)
    filling = desk.filling._replace(
        state=engine.goto(desk.form, state, asked.ref), awaiting=awaiting, gathering=Gathering()
    )
    again = ask(desk._replace(filling=filling), lead)
    return Outcome(commands=(DropMedia(tuple(names)),), then=lambda results: said_now(again))


async def finish(desk: Desk, asked: Asked, context: Context) -> Outcome:
    """完成: what came, also through the upload page, is the answer; what could not be fetched is asked for again."""
    rows = await context.records.media(desk.filling.draft)
    states = {row.id: row for row in rows}
    had = files.files_in(desk.filling.state, asked.ref)
    lost = [states[name] for name in had if name in states and states[name].state is MediaState.FAILED]
    came = [name for name in had if name not in {row.id for row in lost}]
    came += files.unclaimed(desk.form, desk.filling.state, desk.filling.draft, asked.ref, rows)
    came = came[:MAX_MEDIA] if asked.several else came[-1:]
    waiting = [name for name in came if name in states and states[name].state is MediaState.PENDING]
    others = [name for name in desk.filling.awaiting if name not in had]
    filling = desk.filling._replace(awaiting=tuple(dict.fromkeys((*others, *waiting))))
    desk = desk._replace(filling=filling, lost=())
    if lost:
        state = files.put(desk.form, filling.state, asked.ref, came, desk.moment)
        state = engine.goto(desk.form, state, asked.ref)
        return ask(desk._replace(filling=filling._replace(state=state)), media_wording.not_all_came(asked.kind, lost))
    return _finished(desk, asked, came)


def _finished(desk: Desk, asked: Asked, came: Sequence[str]) -> Outcome:
    try:
        if came:
            state = engine.answer(desk.form, desk.filling.state, " ".join(came), desk.moment)
        else:
            state = engine.skip(desk.form, desk.filling.state)
    except ValueError as refusal:
        return ask(desk, f"{refusal}\n\n" if came else media_wording.nothing_came(asked.kind))
    if not came:
        return move(desk, asked, state)
    filling = desk.filling._replace(gathering=Gathering(asked.ref, desk.now, desk.now))
    return move(desk._replace(filling=filling), asked, state, media_wording.received_all(asked.kind, len(came)))


def is_repeated_finish(inbound: Inbound, filling: Filling, now: int) -> bool:
    """Whether this is 完成 once more, by a second tap on it: no answer to the next question."""
    done_at = filling.gathering.done_at
    if not done_at or bare(inbound.text) != media_wording.FINISH:
        return False
    return now - done_at < (QUIET if inbound.tap_id else SAME_MOMENT)


def take_back_one(inbound: Inbound, desk: Desk) -> Outcome | None:
    """重拍 right behind the one file of a question, where the form has gone on already; None for anything else."""
    ref = desk.filling.echoed
    layout = desk.form.layout(desk.filling.state.counts)
    if not ref or bare(inbound.text) not in _AGAIN | _UNDO or ref not in layout.places:
        return None
    if layout.step(ref).kind not in MEDIA:
        return None
    state = engine.goto(desk.form, desk.filling.state, ref)
    again = desk._replace(filling=desk.filling._replace(state=state))
    asked = engine.current(desk.form, state)
    if asked is None:
        return None
    return drop(again, asked, files.files_in(state, ref), media_wording.cleared(asked.kind))
