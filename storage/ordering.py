"""The order in which people look for names."""

from typing import Any

from sqlalchemy import ColumnElement, func, literal_column

CODE = "GB18030"
"""Its common characters (the first level of GB 2312) stand in the order of their pinyin; rarer ones
before and behind them.
"""
_CODE: ColumnElement[str] = literal_column(f"'{CODE}'")


def by_pinyin(name: Any) -> ColumnElement[bytes]:
    """A name (a column) as it is to be sorted. `convert_to` is PostgreSQL's; our SQLite has it from storage.sqlite."""
    return func.convert_to(name, _CODE)
