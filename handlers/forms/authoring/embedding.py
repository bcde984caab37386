"""The author's sheets inside the XForm that was made of them: what an editable copy is made from."""

import csv
import json
from collections.abc import Sequence
from io import StringIO
from typing import Final
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from handlers.forms.authoring.book import Book, Sheet
from handlers.forms.markup import QF

NOT_OURS = "这一版表单里没有保存原来的工作簿，不能导出。"
_HEAD_END: Final = "</h:head>"
_XFORMS: Final = "{http://www.w3.org/2002/xforms}"
_MARK: Final = "/"
"""Between names of files: the one character that no bare name has."""


def embed(xml: str, book: Book, attachments: Sequence[str]) -> str:
    """The XForm with the book's sheets, in XLSForm's names, as JSON in its head, and the names of its csv files."""
    sheets = {name: _table(sheet) for name, sheet in sorted(book.sheets.items()) if any(sheet.rows)}
    text = escape(json.dumps(sheets, ensure_ascii=False, separators=(",", ":")))
    kept = f'<workbook xmlns="{QF}">{text}</workbook>'
    if attachments:
        kept += f'<attachments xmlns="{QF}">{escape(_MARK.join(attachments))}</attachments>'
    return xml.replace(_HEAD_END, kept + _HEAD_END, 1)


def attached(xml: str) -> dict[str, bytes]:
    """The csv files that a stored form holds, by name: UTF-8 with a byte order mark, so that Excel reads them."""
    html = fromstring(xml.encode(), forbid_dtd=True)
    names = (html.findtext(f".//{{{QF}}}attachments") or "").split(_MARK)
    found: dict[str, bytes] = {}
    for instance in html.iter(f"{_XFORMS}instance"):
        name = f"{instance.get('id', '')}.csv"
        if name in names:
            items = instance.iterfind(f"{_XFORMS}root/{_XFORMS}item")
            found[name] = _csv([{cell.tag.rpartition("}")[2]: cell.text or "" for cell in item} for item in items])
    return found


def _csv(rows: list[dict[str, str]]) -> bytes:
    headers = list(dict.fromkeys(header for row in rows for header in row))
    written = StringIO(newline="")
    writer = csv.DictWriter(written, headers, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode("utf-8-sig")


def _table(sheet: Sheet) -> list[list[str]]:
    """The columns that hold something, headers first: empty columns are offered to authors and mean nothing."""
    headers = [header for header in sheet.headers if any(header in cells for cells in sheet.rows)]
    return [headers, *[[cells.get(header, "") for header in headers] for cells in sheet.rows]]


def embedded(xml: str) -> Book:
    """The book that an XForm was made of. Raises ValueError with the sentence to show when it holds none."""
    try:
        text = fromstring(xml.encode(), forbid_dtd=True).findtext(f".//{{{QF}}}workbook")
    except (ParseError, DefusedXmlException, UnicodeError) as error:
        raise ValueError(NOT_OURS) from error
    if not text:
        raise ValueError(NOT_OURS)
    sheets = {}
    for name, (headers, *rows) in json.loads(text).items():
        cells = [{header: text for header, text in zip(headers, row, strict=True) if text} for row in rows]
        sheets[name] = Sheet(name, {header: header for header in headers}, cells)
    return Book(sheets)
