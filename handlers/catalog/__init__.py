"""The built-in forms: which there are, for which level of observers, and in which file each stands."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """One form that comes with the product. `level` is a level of observation in DOMAIN.md, in English."""

    name: str
    """The form_id of its settings sheet."""
    level: str
    file: str
    """The file name in this folder: an XLSForm as tables in Markdown."""

    @property
    def path(self) -> Path:
        """Where the workbook is."""
        return FOLDER / self.file


BUILT_IN: tuple[BuiltIn, ...] = (BuiltIn("comprehensive", "comprehensive", "comprehensive.md"),)
"""Every built-in form; a new one is a file in this folder and a line here."""
