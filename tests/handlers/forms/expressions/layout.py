"""The layout, the answers and the lists that the facts about expressions are told of."""

from typing import NamedTuple

LEAVES = {
    "/data/text": "TEXT",
    "/data/number": "NUMERAL",
    "/data/zero": "NUMERAL",
    "/data/empty": "NUMERAL",
    "/data/blank": "TEXT",
    "/data/day": "DATE",
    "/data/noday": "DATE",
    "/data/moment": "TEXT",
    "/data/time": "TEXT",
    "/data/many": "TEXT",
    "/data/place": "TEXT",
    "/data/group/inner": "TEXT",
    "/data/div": "NUMERAL",
    "/data/fruit": "TEXT",
    **{
        f"/data/trees[{tree}]/{name}": kind
        for tree in (1, 2, 3)
        for name, kind in {
            "tag": "TEXT",
            "height": "NUMERAL",
            "total": "NUMERAL",
            "kind": "TEXT",
            "spot": "TEXT",
            "box/note": "TEXT",
        }.items()
    },
    "/data/trees[1]/stems[1]/cbh": "NUMERAL",
    "/data/trees[1]/stems[2]/cbh": "NUMERAL",
    "/data/trees[2]/stems[1]/cbh": "NUMERAL",
}
GROUPS = (
    "/data",
    "/data/group",
    *(f"/data/trees[{tree}]{inner}" for tree in (1, 2, 3) for inner in ("", "/box")),
    "/data/trees[1]/stems[1]",
    "/data/trees[1]/stems[2]",
    "/data/trees[2]/stems[1]",
)
COUNTS = {
    "/data/trees": 3,
    "/data/trees[1]/stems": 2,
    "/data/trees[2]/stems": 1,
    "/data/trees[3]/stems": 0,
    "/data/nothing": 0,
}
VALUES = {
    "/data/text": "甲乙丙",
    "/data/number": "5",
    "/data/zero": "0",
    "/data/day": "2026-03-01",
    "/data/moment": "2026-03-05T07:08:09.120+08:00",
    "/data/time": "18:00:00.000+08:00",
    "/data/many": "a bb c",
    "/data/place": "39.9 116.4 0.0 5.0",
    "/data/group/inner": "x",
    "/data/div": "8",
    "/data/fruit": "mango",
    "/data/trees[1]/tag": "oak",
    "/data/trees[1]/height": "10",
    "/data/trees[1]/kind": "a",
    "/data/trees[1]/spot": "0 0 0 0",
    "/data/trees[1]/box/note": "n1",
    "/data/trees[1]/stems[1]/cbh": "30",
    "/data/trees[1]/stems[2]/cbh": "40",
    "/data/trees[2]/tag": "elm",
    "/data/trees[2]/height": "9",
    "/data/trees[2]/kind": "bb",
    "/data/trees[2]/spot": "0 1 0 0",
    "/data/trees[2]/box/note": "n2",
    "/data/trees[2]/stems[1]/cbh": "50",
    "/data/trees[3]/tag": "oak",
}
LISTS: dict[str, tuple[dict[str, str], ...]] = {
    "fruits": (
        {"name": "mango", "label": "芒果", "price": "10", "season": "summer"},
        {"name": "pear", "label": "梨", "price": "9", "season": "autumn"},
        {"name": "grape", "label": "葡萄", "season": "autumn"},
        {"name": "oak", "label": "橡子", "price": "5", "season": "autumn"},
    ),
    "void": (),
}
LAST = {"/data/text": "上期", "/data/number": "7", "/data/trees/height": "8"}
TODAY = "2026-11-21"
NOW = "2026-11-21T09:30:00.000+08:00"
HERE = "/data/text"


class Fact(NamedTuple):
    """One expression and its value as text."""

    expression: str
    text: str
    here: str = HERE
