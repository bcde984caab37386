"""The comparison of effort finds what it is there for."""

import re

from tests.effort import grows_in_step, takes_at_most


def quadratic(text: str) -> object:
    """Goes back to the end of the run from every sign of it."""
    return re.search("a+b", text)


def linear(text: str) -> object:
    """Looks at every sign once."""
    return [sign for sign in text if sign == "b"]


def test_linear_work_passes_and_quadratic_work_does_not() -> None:
    assert grows_in_step(linear, "a" * 50_000, "a" * 200_000)
    assert not grows_in_step(quadratic, "a" * 2_500, "a" * 10_000)


def test_a_tenth_is_less_than_a_half_and_a_half_is_more_than_a_tenth() -> None:
    def short() -> object:
        return linear("a" * 100_000)

    def long() -> object:
        return linear("a" * 1_000_000)

    assert takes_at_most(0.5, short, long)
    assert not takes_at_most(0.5, long, short)
