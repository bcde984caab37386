"""Where a conversation goes next in a half-filled form."""

from itertools import chain

from handlers.forms.recalculation import Recalculation


def next_open(work: Recalculation, start: int) -> str | None:
    """The first open step from `start` (index of a step) on, else the first one before it, else None (the end)."""
    steps = work.layout.steps
    for place in chain(range(start, len(steps)), range(min(start, len(steps)))):
        question = steps[place]
        if question.stops and work.is_open(question):
            return question.ref
    return None


def place_in(work: Recalculation, instance: str, otherwise: str) -> int:
    """The index of the first step of an instance of a repeat, else that of the step `otherwise`, else the end."""
    for place, question in enumerate(work.layout.steps):
        if question.ref.startswith(f"{instance}/"):
            return place
    return work.layout.places.get(otherwise, len(work.layout.steps))
