"""The items of a repeat in the chat: look at one, add one, remove one after a question."""

import re
from collections.abc import Sequence
from typing import Final

from handlers import sheet_files as files
from handlers import sheet_repeats_wording as wording
from handlers import words
from handlers.base import Outcome, Said, Tap, say
from handlers.forms import engine
from handlers.forms.form import Form, Kind
from handlers.forms.readable import env_of
from handlers.forms.views import Asked, FormState, Instance, PreviewLine
from handlers.sheet_memory import Desk
from handlers.sheet_moves import ask, move
from handlers.words import Heard
from storage.commands import DropMedia

_NUMBER: Final = re.compile(r"(?:第 ?)?([0-9]{1,4}) ?项?")
LAST: Final = 0
"""Instead of the number of an item: the last one."""


def innermost(instances: Sequence[Instance], ref: str) -> Instance | None:
    """The instance that a question stands in, the innermost of nested ones; None outside of repeats."""
    around = [instance for instance in instances if ref.startswith(f"{instance.ref}/")]
    return max(around, key=lambda instance: len(instance.ref), default=None)


def at_hand(form: Form, state: FormState) -> str | None:
    """The repeat that 第 N 项 is about: the one being asked about or filled, else the only one."""
    instances = engine.instances(form, state)
    if state.at is not None:
        layout = form.layout(state.counts)
        if layout.step(state.at).kind is Kind.MORE:
            return state.at
        around = innermost(instances, state.at)
        if around is not None:
            return around.repeat
    repeats = {instance.repeat for instance in instances}
    return repeats.pop() if len(repeats) == 1 else None


def look(desk: Desk, heard: Heard) -> Outcome:
    """看第 2 项: its answers, with the ways to change or remove it."""
    found = _item(desk, int(heard.rest.removesuffix(words.ITEM) or LAST))
    if isinstance(found, str):
        return ask(desk, found)
    return say(desk.leave(desk.filling), *wording.one(found, _lines(desk, found)))


def looked_at(desk: Desk, asked: Asked, said: str) -> Outcome | None:
    """A bare number where it is asked whether there is one more: the items stand there numbered, the ways on do not."""
    number = _NUMBER.fullmatch(words.normal(said)) if asked.kind is Kind.MORE and asked.instances else None
    return None if number is None else look(desk, Heard(words.Word.LOOK, f"{int(number[1])}{words.ITEM}"))


def _item(desk: Desk, number: int) -> Instance | str:
    """An item of the repeat at hand, or the sentence that there is none."""
    form, state = desk.form, desk.filling.state
    repeat = at_hand(form, state)
    if repeat is None:
        return wording.NO_ITEMS
    items = [instance for instance in engine.instances(form, state) if instance.repeat == repeat]
    found = next((instance for instance in items if instance.number == number), None)
    return found or wording.NO_SUCH_ITEM.format(number=number, total=len(items))


def _lines(desk: Desk, instance: Instance) -> list[PreviewLine]:
    return [line for line in engine.preview(desk.form, desk.filling.state) if line.ref.startswith(f"{instance.ref}/")]


def remove(desk: Desk, heard: Heard) -> Outcome:
    """删除 5 (the item in which question 5 stands), 删除第 2 项: ask first."""
    if heard.rest.endswith(words.ITEM):
        found = _item(desk, int(heard.rest.removesuffix(words.ITEM)))
    else:
        found = _item_of(desk, int(heard.rest))
    if isinstance(found, str):
        return ask(desk, found)
    if not found.open:
        return ask(desk, wording.FIXED)
    return say(desk.leave(desk.filling, removing=found.ref), *wording.sure(found))


def _item_of(desk: Desk, number: int) -> Instance | str:
    """The item in which a question stands, or the sentence that it stands in none."""
    form, state = desk.form, desk.filling.state
    try:
        ref = engine.goto(form, state, number).at or ""
    except ValueError as refusal:
        return f"{refusal}\n\n"
    return innermost(engine.instances(form, state), ref) or wording.NOT_IN_AN_ITEM.format(number=number)


def remove_it(desk: Desk) -> Outcome:
    """确认删除: the item about which the last turn asked; its files go with it."""
    form, state = desk.form, desk.filling.state
    found = next((each for each in engine.instances(form, state) if each.ref == desk.filling.removing), None)
    if found is None:
        return ask(desk)
    gone = files.files_of(form, state, found.ref)
    try:
        left = engine.remove(form, state, found.ref, desk.moment)
    except ValueError as refusal:
        return ask(desk, f"{refusal}\n\n")
    asked = engine.current(form, state)
    awaiting = tuple(name for name in desk.filling.awaiting if name not in gone)
    desk = desk._replace(filling=desk.filling._replace(awaiting=awaiting))
    outcome = _moved(desk, asked, left, wording.removed(found))
    if not gone or outcome.said is None:
        return outcome
    said: Said = outcome.said
    return Outcome(commands=(DropMedia(gone),), then=lambda results: said)


def take_back(desk: Desk) -> Outcome | None:
    """上一步 at the first question of an item that was only just added: the item goes again. None anywhere else."""
    form, state = desk.form, desk.filling.state
    found = innermost(engine.instances(form, state), state.at or "")
    if found is None or not found.open or found.number == 1 or found.summary:
        return None
    layout, lines = form.layout(state.counts), _lines(desk, found)
    if layout.repeats[found.repeat].instances[-1] != found.ref or not lines or lines[0].ref != state.at:
        return None
    left = engine.remove(form, state, found.ref, desk.moment)
    return _moved(desk, engine.current(form, state), left, wording.taken_back(found))


def _moved(desk: Desk, asked: Asked | None, state: FormState, lead: str) -> Outcome:
    """Go on with a state in which items were added or removed; the records get a copy of it."""
    if asked is None:
        return ask(desk._replace(filling=desk.filling._replace(state=state)), lead)
    return move(desk, asked, state, lead)


def add(desk: Desk, heard: Heard) -> Outcome:
    """再加一项 anywhere in the form, also when the person had said that it was all."""
    form, state = desk.form, desk.filling.state
    layout = form.layout(state.counts)
    repeats = open_repeats(form, state)
    if heard.rest:
        chosen = repeats[int(heard.rest) - 1 : int(heard.rest)] if int(heard.rest) > 0 else []
    elif state.at is not None and layout.step(state.at).kind is Kind.MORE:
        chosen = [state.at]
    else:
        chosen = repeats
    if not chosen:
        return ask(desk, wording.NO_ITEMS)
    if len(chosen) > 1:
        return say(desk.leave(desk.filling), *wording.which([_label(desk, ref) for ref in repeats]))
    asked = engine.current(form, state)
    try:
        return _moved(desk, asked, engine.add(form, state, chosen[0], desk.moment), "")
    except ValueError as refusal:
        return ask(desk, f"{refusal}\n\n")


def _label(desk: Desk, repeat: str) -> str:
    label = desk.form.layout(desk.filling.state.counts).repeats[repeat].label
    return "" if label is None else label.text(env_of(desk.filling.state))


def adding(form: Form, state: FormState) -> list[Tap]:
    """The taps that add one more item, for the preview."""
    env, repeats = env_of(state), open_repeats(form, state)
    known = form.layout(state.counts).repeats
    if len(repeats) == 1:
        return [Tap(words.ADD)]
    labels = [repeat.label.text(env) if (repeat := known[ref]).label is not None else "" for ref in repeats]
    return [Tap(wording.add_to(label, number), f"{words.ADD} {number}") for number, label in enumerate(labels, start=1)]


def open_repeats(form: Form, state: FormState) -> list[str]:
    """The repeats that may get one more item, in the order in which 再加一项 N counts them."""
    layout = form.layout(state.counts)
    return [
        ref for ref, repeat in layout.repeats.items() if repeat.open and state.off.isdisjoint(layout.step(ref).gates)
    ]
