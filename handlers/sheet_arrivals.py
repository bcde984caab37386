"""Before a sheet is handed in: have the pictures, recordings and files of its answers arrived?"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from handlers import sheet_files, words
from handlers import sheet_wording as wording
from handlers.base import Context, Outcome, say
from handlers.forms import engine
from handlers.forms.form import MEDIA, Kind
from handlers.sheet_memory import Desk
from handlers.sheet_moves import ask
from storage.vocabulary import MediaState

THINGS = {Kind.IMAGE: "照片", Kind.AUDIO: "语音", Kind.VIDEO: "视频", Kind.FILE: "文件"}
STILL_COMING = "{thing}还在接收，请过几秒再点提交。\n\n"
NOT_ARRIVED = "这一题有{thing}没有收到，请重新发一次。\n\n"


class _Sent(NamedTuple):
    ref: str
    kind: Kind
    names: tuple[str, ...]


async def in_the_way(desk: Desk, context: Context) -> Outcome | None:
    """What to say instead of handing in while files are on their way, or did not come; None when all are here."""
    sent = list(_sent(desk))
    if not sent:
        return None
    states = {row.id: row.state for row in await context.records.media(desk.filling.draft)}
    for answer in sent:
        if any(states.get(name) is MediaState.PENDING for name in answer.names):
            waiting = STILL_COMING.format(thing=THINGS[answer.kind])
            return say(desk.leave(desk.filling), waiting, *wording.row([words.SUBMIT, words.PREVIEW]))
    for answer in sent:
        arrived = [name for name in answer.names if states.get(name) is MediaState.STORED]
        if len(arrived) < len(answer.names):
            return ask(_without(desk, answer, arrived), NOT_ARRIVED.format(thing=THINGS[answer.kind]))
    return None


def _sent(desk: Desk) -> Iterator[_Sent]:
    """The relevant answers that name files, in order."""
    state = desk.filling.state
    for question in desk.form.layout(state.counts).questions:
        value = state.answers.get(question.ref, "")
        if value and question.kind in MEDIA and state.off.isdisjoint(question.gates):
            yield _Sent(question.ref, question.kind, tuple(value.split()))


def _without(desk: Desk, answer: _Sent, arrived: Sequence[str]) -> Desk:
    """Standing at the question again, its answer only what arrived."""
    gone = set(answer.names).difference(arrived)
    state = sheet_files.put(desk.form, desk.filling.state, answer.ref, arrived, desk.moment)
    state = engine.goto(desk.form, state._replace(skipped=state.skipped - {answer.ref}), answer.ref)
    awaiting = tuple(name for name in desk.filling.awaiting if name not in gone)
    return desk._replace(filling=desk.filling._replace(state=state, awaiting=awaiting))
