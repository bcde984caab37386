"""Functions on places: length of a way and area of a field, from geopoints (`latitude longitude altitude accuracy`)."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Final, TypeAlias

from handlers.forms.expressions.code import Code, Env, Type
from handlers.forms.expressions.functions.function import Function
from handlers.forms.expressions.scope import Scope
from handlers.forms.expressions.values import NAN, text_number

EARTH_RADIUS: Final = 6_378_100.0
"""Metres, at the equator: what JavaRosa and ODK Web Forms calculate with."""
_PLACES: Final = 2
"""Decimal places of the result."""
_LEAST_FIELDS, _MOST_FIELDS = 2, 4

_Codes = tuple[Code, ...]
Point: TypeAlias = tuple[float, float]


def _point(text: str) -> Point:
    """Latitude and longitude in radians. Raises ValueError."""
    fields = text.split()
    if not _LEAST_FIELDS <= len(fields) <= _MOST_FIELDS:
        raise ValueError(text)
    latitude, longitude = text_number(fields[0]), text_number(fields[1])
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004 - degrees
        raise ValueError(text)
    return math.radians(latitude), math.radians(longitude)


def _of_points(measure: Callable[[list[Point]], float], least: int) -> Function:
    """A function of all points in its arguments, each one geopoint or several with `;` between; empty ones are left
    out. NaN when fewer than `least` are left, or one is no point.
    """

    def build(scope: Scope, codes: _Codes) -> Code:
        lists = tuple(code.as_list() for code in codes)

        def run(env: Env) -> float:
            said = [part for nodes in lists for value in nodes(env) for part in value.split(";") if part.strip()]
            try:
                points = [_point(part) for part in said]
            except ValueError:
                return NAN
            return round(measure(points), _PLACES) if len(points) >= least else NAN

        return Code(Type.NUMBER, run)

    return Function(1, None, build)


def _distance(points: list[Point]) -> float:
    """Metres along the great circles (haversine formula, exact for points that are close together)."""
    total = 0.0
    for (one, east), (two, west) in pairwise(points):
        half = math.sin((two - one) / 2) ** 2 + math.cos(one) * math.cos(two) * math.sin((west - east) / 2) ** 2
        total += 2 * EARTH_RADIUS * math.asin(math.sqrt(min(half, 1.0)))
    return total


def _area(points: list[Point]) -> float:
    """Square metres inside the points, the last joined to the first (Chamberlain and Duquette 2007, JPL 07-03)."""
    total = 0.0
    for (one, east), (two, west) in pairwise([*points, points[0]]):
        total += (west - east) * (2 + math.sin(one) + math.sin(two))
    return abs(total * EARTH_RADIUS**2 / 2)


FUNCTIONS: Final[dict[str, Function]] = {
    "distance": _of_points(_distance, 2),
    "area": _of_points(_area, 3),
    "enclosed-area": _of_points(_area, 3),
}
