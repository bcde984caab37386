"""The texts of a form in the language that is shown: Chinese where there is one, else the default."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

_XFORMS: Final = "{http://www.w3.org/2002/xforms}"
_UNTRANSLATED: Final = "-"
"""What pyxform writes for a text that a language lacks."""


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language by id; what it lacks is taken from the default language."""

    plain: Mapping[str, Element]
    guidance: Mapping[str, Element]
    """The longer hints (guidance_hint)."""

    def value(self, key: str) -> Element | None:
        """The `value` element of a text, or None."""
        return self.plain.get(key)


def texts_of(model: Element) -> Texts:
    """The texts of the language shown."""
    translations = model.findall(f"{_XFORMS}itext/{_XFORMS}translation")
    chosen = next((one for one in translations if _chinese(one.get("lang", ""))), None)
    default = next((one for one in translations if one.get("default")), None)
    plain: dict[str, Element] = {}
    guidance: dict[str, Element] = {}
    for translation in dict.fromkeys([chosen, default, *translations]):
        if translation is not None:
            for key, form, value in _values(translation):
                _keep(plain if form is None else guidance, key, value)
    return Texts(plain, guidance)


def _values(translation: Element) -> Iterator[tuple[str, str | None, Element]]:
    for text in translation.findall(f"{_XFORMS}text"):
        for value in text.findall(f"{_XFORMS}value"):
            form = value.get("form")
            if form is None or form == "guidance":
                yield text.get("id", ""), form, value


def _keep(found: dict[str, Element], key: str, value: Element) -> None:
    kept = found.get(key)
    if kept is None or (_is_missing(kept) and not _is_missing(value)):
        found[key] = value


def _is_missing(value: Element) -> bool:
    return len(value) == 0 and (value.text or "").strip() == _UNTRANSLATED


def _chinese(language: str) -> bool:
    lowered = language.lower()
    return "中文" in lowered or "chinese" in lowered or "zh" in lowered.replace("(", " ").replace("-", " ").split()
