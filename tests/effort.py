"""How work grows with its input, compared within one run: no seconds, which differ from machine to machine."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

Input = TypeVar("Input")

_ROUNDS = 6
"""A busy machine disturbs one measurement, hardly the best of six."""
_MOST_TIMES = 9.0
"""For four times the input: in step are 4 times (6 with the noise of caches), quadratic are 16."""
_UNSEEN = 0.003
"""Seconds that are nothing, even on the slowest machine."""


def grows_in_step(work: Callable[[Input], object], quarter: Input, whole: Input) -> bool:
    """Whether `whole`, four times as much as `quarter`, takes about four times the processor's time and not sixteen.

    Measured in turns, the best of several, in this thread only.
    """
    return _within(_MOST_TIMES, lambda: work(quarter), lambda: work(whole))


def takes_at_most(share: float, work: Callable[[], object], compared_with: Callable[[], object]) -> bool:
    """Whether `work` takes at most this share of the processor's time that the other takes; measured in turns."""
    return _within(share, compared_with, work)


def _within(most: float, one: Callable[[], object], other: Callable[[], object]) -> bool:
    best_one = best_other = float("inf")
    for _ in range(_ROUNDS):
        best_one = min(best_one, _seconds(one))
        best_other = min(best_other, _seconds(other))
        if best_other <= most * best_one + _UNSEEN:
            return True
    return False


def _seconds(work: Callable[[], object]) -> float:
    """Of the processor, in this thread; garbage that others left is not collected meanwhile."""
    gc.disable()
    try:
        started = time.thread_time()
        work()
        return time.thread_time() - started
    finally:
        gc.enable()
