"""The risk levels as people read them, and a level that the office reviewed beside the unit's own."""

from collections.abc import Mapping

NAMES: Mapping[str, str] = {"high": "高", "medium": "中", "low": "低"}
OWN = "单位定："
REVIEWED = "复核："


def name(level: str) -> str:
    """A level in Chinese; what a workbook calls otherwise stays as it is."""
    return NAMES.get(level, level)


def both(level: str, reviewed: str) -> str:
    """The unit's level (empty: it set none) and the reviewed one."""
    own = f"{OWN}{name(level)} → " if level else ""
    return f"{own}{REVIEWED}{name(reviewed)}"
