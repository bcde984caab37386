"""What is wrong with a workbook, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that must be mended, in Chinese. Unknown: sheet and column empty, row 0 (the header is row 1).

    Sheet and column are named as the author wrote them; rows are counted as Excel shows them, blank ones included.
    """

    sheet: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = [self.sheet, f"第 {self.row} 行" if self.row else "", self.column]
        return " ".join(part for part in [*place, self.message] if part)


class WorkbookError(ValueError):
    """The workbook cannot be published; `faults` says why, line by line, `notices` what else the author should know."""

    def __init__(self, faults: tuple[Fault, ...], notices: tuple[Fault, ...] = ()) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults
        self.notices = notices


def refused(message: str, row: int = 0, sheet: str = "", column: str = "") -> WorkbookError:
    """The error of a workbook with this one fault; a row without a sheet is one of the survey sheet."""
    return WorkbookError((Fault(sheet or ("survey" if row else ""), row, column, message),))
