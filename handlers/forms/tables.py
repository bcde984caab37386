"""The sheets of a workbook as rows of cells, with our own columns given their XForm names."""

import zipfile
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import DefinitionData, get_xlsform

from handlers.forms.faults import Fault, refused
from handlers.forms.markup import QF
from handlers.forms.purposes import purpose_of

MAX_FILE_BYTES: Final = 5_000_000
MAX_UNZIPPED_BYTES: Final = 50_000_000
SUFFIXES: Final = (".xlsx", ".xlsm", ".xls", ".md")
LEVELS: Final = {"综合": "comprehensive", "项目": "project", "职能": "functional", "日常": "daily"}
"""What Chinese authors write for a level."""
FIRST_ROW: Final = 2
"""Row 1 of a sheet holds the headers."""

NOT_A_FILE = "找不到文件“{name}”。"
WRONG_SUFFIX = "文件“{name}”的格式不支持，请用 .xlsx、.xls 或 .md。"
TOO_BIG = f"文件太大了（最多 {MAX_FILE_BYTES // 1_000_000} MB），表单里请不要放图片。"
BROKEN = "文件打不开，可能已损坏，请用 Excel 或 WPS 另存为 .xlsx 后再试。"
UNREADABLE = "文件里没有可用的工作表：{reason}"

_PURPOSE_HEADERS: Final = frozenset({"用途", "purpose"})
_LEVEL_HEADERS: Final = frozenset({"层级", "观察层级", "level", "qf_level"})
_PURPOSE: Final = "bind::qf:purpose"
_LEVEL: Final = "attribute::qf:level"
_TEXT_HEADERS: Final = ("label", "hint", "guidance", "constraint", "required", "form_title", "title")
_MESSAGE: Final = "message"
_QUOTES: Final = {0x2018: 0xE018, 0x2019: 0xE019, 0x201C: 0xE01C, 0x201D: 0xE01D}
"""Chinese quotation marks to private characters: pyxform makes typewriter quotes of them, also in texts."""

Tables = dict[str, Any]
"""The fields of pyxform's DefinitionData: sheet -> rows (dicts by header), sheet_header -> [dict of headers]."""


def read_tables(source: Path | str) -> Tables:
    """The sheets of an .xlsx, .xls or .md file (Path) or of a Markdown text (str). Raises WorkbookError."""
    kind = ".md"
    if isinstance(source, Path):
        _check_file(source)
        kind = source.suffix
    try:
        read = get_xlsform(xlsform=source if isinstance(source, Path) else source.encode(), file_type=kind)
    except PyXFormError as error:
        raise refused(UNREADABLE.format(reason=error)) from error
    except Exception as error:  # readers of broken files raise anything; the author learns the same from all of them
        raise refused(BROKEN) from error
    return {field.name: getattr(read, field.name) for field in fields(DefinitionData)}


def name_purposes(tables: Tables) -> list[Fault]:
    """Give the purpose column its XForm name and its cells their canonical names; return the unknown ones."""
    faults: list[Fault] = []
    header = _rename(tables, "survey", _PURPOSE_HEADERS, _PURPOSE)
    for row, cells in enumerate(tables["survey"] or (), start=FIRST_ROW):
        if _PURPOSE in cells:
            try:
                cells[_PURPOSE] = purpose_of(cells[_PURPOSE]).value
            except ValueError as error:
                faults.append(Fault("survey", row, header, str(error)))
                del cells[_PURPOSE]
    return faults


def name_level(tables: Tables) -> None:
    """Give the level of the settings sheet its XForm name, and declare our namespace there."""
    _rename(tables, "settings", _LEVEL_HEADERS, _LEVEL)
    settings = tables["settings"] or [{}]
    cells = settings[0]
    if _LEVEL in cells:
        cells[_LEVEL] = LEVELS.get(cells[_LEVEL], cells[_LEVEL])
    cells["namespaces"] = f'{cells.get("namespaces", "")} qf="{QF}"'.strip()
    tables["settings"] = settings
    tables["settings_header"] = [dict((tables["settings_header"] or [{}])[0]) | {"namespaces": None}]


def keep_quotes(tables: Tables) -> None:
    """Hide the quotation marks of everything that people read from pyxform; `restore_quotes` brings them back."""
    for sheet in ("survey", "choices", "settings"):
        for cells in tables[sheet] or ():
            for header, value in cells.items():
                if isinstance(value, str) and _is_text(header):
                    cells[header] = value.translate(_QUOTES)


def restore_quotes(xml: str) -> str:
    """The XML with the quotation marks that `keep_quotes` hid."""
    return xml.translate({private: quote for quote, private in _QUOTES.items()})


def rows_by_path(tables: Tables) -> dict[str, int]:
    """Path of a group or question below the root -> its row in the survey sheet."""
    found: dict[str, int] = {}
    around: list[str] = []
    for row, cells in enumerate(tables["survey"] or (), start=FIRST_ROW):
        kind = _cell(cells, "type").lower().replace("_", " ")
        if kind.startswith("end "):
            del around[-1:]
            continue
        name = _cell(cells, "name")
        found.setdefault("/".join([*around, name]), row)
        if kind.startswith("begin "):
            around.append(name)
    return found


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise refused(NOT_A_FILE.format(name=path.name))
    if path.suffix not in SUFFIXES:
        raise refused(WRONG_SUFFIX.format(name=path.name))
    if path.stat().st_size > MAX_FILE_BYTES:
        raise refused(TOO_BIG)
    if path.suffix in {".xlsx", ".xlsm"}:
        try:
            with zipfile.ZipFile(path) as archive:
                unzipped = sum(entry.file_size for entry in archive.infolist())
        except zipfile.BadZipFile as error:
            raise refused(BROKEN) from error
        if unzipped > MAX_UNZIPPED_BYTES:
            raise refused(TOO_BIG)


def _rename(tables: Tables, sheet: str, names: frozenset[str], new: str) -> str:
    """Rename a column whose header is one of `names`; return the header as written ("" when absent)."""
    headers = (tables[f"{sheet}_header"] or [{}])[0]
    written = next((header for header in headers if header and header.strip().lower() in names), "")
    if written:
        tables[f"{sheet}_header"] = [{new if header == written else header: None for header in headers}]
        for cells in tables[sheet] or ():
            if written in cells:
                cells[new] = cells.pop(written)
    return written


def _is_text(header: str | None) -> bool:
    lowered = (header or "").strip().lower()
    if lowered.startswith(("constraint", "required")):
        return _MESSAGE in lowered
    return lowered.startswith(_TEXT_HEADERS)


def _cell(cells: Mapping[str | None, Any], wanted: str) -> str:
    for header, value in cells.items():
        if (header or "").strip().lower() == wanted:
            return str(value).strip()
    return ""
