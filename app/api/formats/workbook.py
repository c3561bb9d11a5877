"""Excel workbooks, written line by line: the lines on one sheet, what they are on another."""

from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.api.formats.about import About
from app.api.formats.cells import plain, runs
from app.api.formats.listed import Listed

# Text stays text: no formula, address or number is made out of it.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
MOST_TEXT = 32_767
LINES = "Lignes"
ABOUT = "À propos"


def write_xlsx(listed: Listed, about: About, path: Path) -> None:
    """Write a workbook. The memory it takes does not grow with the lines."""
    columns = listed.described()
    with xlsxwriter.Workbook(path, {**OPTIONS, "tmpdir": str(path.parent)}) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        # Excel's own mark of a text that looks like a formula: nothing shows, and editing keeps it text.
        quoted = book.add_format({"quote_prefix": True})
        sheet = book.add_worksheet(LINES)
        sheet.freeze_panes(1, 0)
        for rank, column in enumerate(columns):
            sheet.write_string(0, rank, column.name, bold)
        for row, line in enumerate(listed.flat(), 1):
            for rank, column in enumerate(columns):
                _write(sheet, (row, rank), plain(line.get(column.name)), quoted, day)
        _tell(book.add_worksheet(ABOUT), about, [(one.name, one.meaning) for one in columns], bold)


def _write(sheet: Worksheet, at: tuple[int, int], value: Any, quoted: Format, day: Format) -> None:  # noqa: ANN401 - whatever an item holds
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(*at, value)
    elif isinstance(value, date):
        sheet.write_datetime(*at, value, day)
    elif isinstance(value, str):
        sheet.write_string(*at, value[:MOST_TEXT], quoted if runs(value) else None)
    else:
        sheet.write_number(*at, value)


def _tell(sheet: Worksheet, about: About, columns: list[tuple[str, str]], bold: Format) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 110)
    for row, (name, value) in enumerate(about.told.items()):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, value[:MOST_TEXT])
    first = len(about.told) + 1
    sheet.write_string(first, 0, "Colonne", bold)
    sheet.write_string(first, 1, "Ce qu'elle contient", bold)
    for row, (name, meaning) in enumerate(columns, first + 1):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, meaning[:MOST_TEXT])
