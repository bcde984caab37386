"""An XLSForm workbook or Markdown table, checked and compiled to the XForm XML that is stored as a FormVersion."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from handlers.forms.faults import Fault, WorkbookError, refused
from handlers.forms.form import FormError
from handlers.forms.tables import (
    Tables,
    keep_quotes,
    name_level,
    name_purposes,
    read_tables,
    restore_quotes,
    rows_by_path,
)
from handlers.forms.xform import compile_form

__all__ = ["CompiledWorkbook", "Fault", "WorkbookError", "compile_workbook"]

NOT_COMPILED = "工作簿不符合 XLSForm 的要求：{reason}"
_ROW: Final = re.compile(r"\[row : (\d+)\]\s*|On row (\d+):?\s*")
"""How pyxform names the row that it complains about."""


@dataclass(frozen=True, slots=True)
class CompiledWorkbook:
    """All that a FormVersion needs: `xml` is the XForm, `sha256` the hex digest of its UTF-8 bytes."""

    name: str
    title: str
    level: str
    """comprehensive, project, functional, daily, or empty when the settings sheet has no level."""
    xml: str
    sha256: str


def compile_workbook(source: Path | str) -> CompiledWorkbook:
    """Compile an .xlsx, .xls or .md file (Path), or a Markdown text (str). May take seconds: not for the event loop.

    Raises WorkbookError with every fault found.
    """
    tables = read_tables(source)
    faults = name_purposes(tables)
    name_level(tables)
    keep_quotes(tables)
    xml = restore_quotes(_converted(tables))
    try:
        form = compile_form(xml)
    except FormError as error:
        raise WorkbookError((*faults, *_located(error, tables))) from error
    if faults:
        raise WorkbookError(tuple(faults))
    digest = hashlib.sha256(xml.encode()).hexdigest()
    return CompiledWorkbook(form.name, form.title, form.level, xml, digest)


def _converted(tables: Tables) -> str:
    try:
        xml: str = convert(xlsform={name: _copied(sheet) for name, sheet in tables.items()}, warnings=[]).xform
    except PyXFormError as error:
        raise _explained(str(error)) from error
    except Exception as error:  # pyxform lets KeyError, AttributeError and others of its own out
        raise _explained(f"{type(error).__name__} {error}") from error
    return xml


def _copied(sheet: Any) -> Any:
    """A copy of a sheet: pyxform changes the rows that it is given."""
    if isinstance(sheet, list):
        return [dict(cells) if isinstance(cells, dict) else cells for cells in sheet]
    return sheet


def _explained(reason: str) -> WorkbookError:
    match = _ROW.search(reason)
    row = 0
    if match is not None:
        row = int(match[1] or match[2])
        reason = reason.replace(match.group(), "")
    return refused(NOT_COMPILED.format(reason=reason), row)


def _located(error: FormError, tables: Tables) -> list[Fault]:
    rows = rows_by_path(tables)
    found: list[Fault] = []
    for fault in error.faults:
        _, _, inner = fault.ref.removeprefix("/").partition("/")
        row = rows.get(inner, 0) if inner else 0
        sheet = "settings" if fault.column == "level" else "survey"
        message = fault.message if row or not inner else f"{inner}：{fault.message}"
        found.append(Fault(sheet, row, fault.column, message))
    return found
