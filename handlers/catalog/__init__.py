"""The built-in forms: which there are, for which level of observers, for whom, and in which file each stands."""

from dataclasses import dataclass
from pathlib import Path

from storage.vocabulary import Audience, Level

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """One form that comes with the product; `level` and `audience` say the same as its settings sheet."""

    name: str
    """The form_id of its settings sheet; the file in this folder is named like it."""
    level: Level | None
    """None: it belongs to none of the four levels of observation."""
    audience: Audience

    @property
    def file(self) -> str:
        """The file name in this folder: an XLSForm as tables in Markdown."""
        return f"{self.name}.md"

    @property
    def path(self) -> Path:
        """Where the workbook is."""
        return FOLDER / self.file


BUILT_IN: tuple[BuiltIn, ...] = (
    BuiltIn("comprehensive", Level.COMPREHENSIVE, Audience.OBSERVERS),
    BuiltIn("project", Level.PROJECT, Audience.OBSERVERS),
    BuiltIn("functional", Level.FUNCTIONAL, Audience.OBSERVERS),
    BuiltIn("daily", Level.DAILY, Audience.EVERYONE),
    BuiltIn("risk_self_check", None, Audience.EVERYONE),
    BuiltIn("integrity_commitment", None, Audience.EVERYONE),
    BuiltIn("risk_briefing", None, Audience.EVERYONE),
    BuiltIn("rectification", None, Audience.EVERYONE),
    BuiltIn("warning_handling", None, Audience.EVERYONE),
    BuiltIn("talk_record", None, Audience.OFFICERS),
    BuiltIn("site_check", Level.FUNCTIONAL, Audience.OBSERVERS),
    BuiltIn("annual_survey", None, Audience.CLOSED),
)
"""Every built-in form; a new one is a file in this folder and a line here."""
