"""How 开节点 is typed: project, kind, day and whom told apart, whatever punctuation stands between them."""

import re
from types import MappingProxyType
from typing import Final, NamedTuple

from handlers.ruling import nodes_wording as wording
from handlers.staff.typed import folded
from storage.project_names import project_name

KINDS: Final = MappingProxyType(
    {
        "新建": "项目新建",
        "新项目": "项目新建",
        "变更": "项目变更",
        "退出": "项目退出",
        "突发风险": "项目突发风险",
        "突发": "项目突发风险",
    }
)
_KINDS: Final = "|".join(KINDS)
_OPENING: Final = '“"「『《〈【〔(\\['
_CLOSING: Final = '”"」』》〉】〕)\\]'
_GAP: Final = r"[\s,;:、。.!/|~—–]"
"""Between two parts, half-width where there is one."""
_QUOTED: Final = '“[^”]+”|"[^"]+"|「[^」]+」|『[^』]+』|《[^》]+》|【[^】]+】'
_NEXT: Final = rf"{_GAP}|[{_CLOSING}]|节点|截止|期限|由|[0-9一二三四五六七八九十今明后本这下大周星月年]|$"
"""What may follow a kind that is no part of a name (新建工程)."""


def _said(behind_kind: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<project>{_QUOTED}|.+?)(?:{_GAP}+[{_OPENING}]?|(?<=[{_CLOSING}])\s*|[{_OPENING}])"
        rf"(?P<kind>{_KINDS}){behind_kind}(?:节点)?[{_CLOSING}]?"
        rf"(?:{_GAP}*[{_OPENING}]?(?:截止日?期?|期限)?[\s:]*(?P<day>(?!由|{_GAP})[^{_CLOSING}].*?)[{_CLOSING}]?)?"
        rf"(?:{_GAP}+由[\s:]*(?P<who>.+))?",
        re.DOTALL,
    )


_SAID: Final = (_said(f"(?={_NEXT})"), _said(""))
"""A kind that may be the beginning of a longer word only where there is no other."""
_WORD: Final = re.compile(rf"[\s“\"「【]*{wording.WORD}(?=[\s,;:、。—–{_OPENING}]|$)\s*(?:[,;:、。]|[—–]{{1,2}})?\s*")
"""With one sign behind it: 。。。 is a name, though not a good one."""
_TAIL: Final = ' ,;:、。.!?~…”"」』'
"""What is typed behind the last part, as of a copied example."""
_AROUND: Final = ' “”"「」『』'


class Typed(NamedTuple):
    """The parts of a command; `day` and `who` are empty where they are missing."""

    project: str
    """As it is shown; may be empty, or punctuation only."""
    kind: str
    """A key of KINDS."""
    day: str
    who: str

    def command(self, day: str, who: str = "") -> str:
        """The same command once more, with this day and this person; empty ones are left out."""
        project = self.project
        bare = read(f"{project} {self.kind}")
        if bare is None or bare.project != project:
            project = f"“{project}”"
        until, by = f" 截止 {day}" if day else "", f" 由 {who}" if who else ""
        return f"{wording.WORD} {project} {self.kind}{until}{by}"


def behind(said: str) -> str | None:
    """What stands behind 开节点 in a text that is this command, as typed, else None."""
    found = _WORD.match(folded(said))
    return None if found is None else said[found.end() :].strip()


def read(argument: str) -> Typed | None:
    """The parts of what stands behind the word; None when project or kind is missing."""
    plain = folded(argument).rstrip(_TAIL)
    for pattern in _SAID:
        if (match := pattern.fullmatch(plain)) is not None:
            project, who = (argument[slice(*match.span(name))] for name in ("project", "who"))
            return Typed(project_name(project), match["kind"], (match["day"] or "").strip(), who.strip(_AROUND))
    return None
