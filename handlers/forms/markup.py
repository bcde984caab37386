"""The XForm XML taken apart: instance, binds, texts, choice lists and body, before anything is compiled."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from handlers.forms.form import FormError, FormFault

QF: Final = "urn:qingfeng:form:1"
"""The namespace of our own attributes: `level` of the form, `purpose` of a question."""
_XFORMS: Final = "{http://www.w3.org/2002/xforms}"
_XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_JR: Final = "{http://openrosa.org/javarosa}"
MAX_XML: Final = 8_000_000
"""Characters of one stored form; 1,000 questions take about 600,000."""
MAX_NODES: Final = 5_000
"""Groups and questions of one form."""
MAX_NESTING: Final = 16
"""Groups inside one another."""

NOT_XML = "保存的表单不是有效的 XForm。"
TOO_BIG = f"表单太大了（最多 {MAX_NODES} 个题目和分组，分组最多套 {MAX_NESTING} 层）。"
NO_REPEATS = "暂不支持重复组（begin_repeat），请改用普通分组。"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf of the instance: where it stands, and its default as written."""

    ref: str
    group: str
    default: str


@dataclass(frozen=True, slots=True)
class Control:
    """One question or group of the body, in document order."""

    ref: str
    tag: str
    element: Element


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a choice list: its columns, and the element that words it (None: no label)."""

    row: dict[str, str]
    label: Element | None


@dataclass(frozen=True, slots=True)
class Markup:
    """An XForm taken apart. Binds and controls are found by the ref of their node."""

    title: str
    name: str
    version: str
    level: str
    root: str
    leaves: tuple[Leaf, ...]
    groups: tuple[tuple[str, str], ...]
    """(ref, ref of the group around it), outermost first; the root has ""."""
    binds: dict[str, dict[str, str]]
    """Ref -> attributes; those of JavaRosa begin with `jr:`, ours with `qf:`."""
    initials: dict[str, str]
    """Ref -> expression of a default that is computed when the form is opened."""
    lists: dict[str, tuple[Item, ...]]
    texts: dict[str, Element]
    """Id -> the `value` element of the language shown."""
    controls: tuple[Control, ...]


def read(xml: str) -> Markup:
    """Take an XForm apart. Raises FormError."""
    html = _parsed(xml)
    model = html.find(f"{_XHTML}head/{_XFORMS}model")
    body = html.find(f"{_XHTML}body")
    instance = None if model is None else model.find(f"{_XFORMS}instance")
    if model is None or body is None or instance is None or len(instance) != 1:
        raise _refused(NOT_XML)
    root = instance[0]
    root_ref = f"/{local(root)}"
    leaves, groups = _nodes(root, root_ref)
    texts = _texts(model)
    return Markup(
        title=html.findtext(f"{_XHTML}head/{_XHTML}title") or "",
        name=root.get("id", ""),
        version=root.get("version", ""),
        level=root.get(f"{{{QF}}}level", ""),
        root=root_ref,
        leaves=leaves,
        groups=groups,
        binds={bind.get("nodeset", ""): _attributes(bind) for bind in model.findall(f"{_XFORMS}bind")},
        initials=_initials(model),
        lists={
            found.get("id", ""): tuple(_items(found, texts))
            for found in model.findall(f"{_XFORMS}instance")
            if found is not instance
        },
        texts=texts,
        controls=tuple(_controls(body)),
    )


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def child(element: Element, name: str) -> Element | None:
    """The first child of that name in the XForms namespace."""
    return element.find(f"{_XFORMS}{name}")


def itext(reference: str) -> str:
    """The id in `jr:itext('id')`, or "" when it is something else."""
    inner = reference.strip()
    if inner.startswith("jr:itext('") and inner.endswith("')"):
        return inner.removeprefix("jr:itext('").removesuffix("')")
    return ""


def _refused(message: str, ref: str = "") -> FormError:
    return FormError((FormFault(ref, "", message),))


def _parsed(xml: str) -> Element:
    if len(xml) > MAX_XML:
        raise _refused(TOO_BIG)
    try:
        html: Element = fromstring(xml.encode(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, UnicodeError) as error:
        raise _refused(NOT_XML) from error
    return html


def _attributes(element: Element) -> dict[str, str]:
    prefixes = (("jr:", _JR), ("qf:", f"{{{QF}}}"))
    found: dict[str, str] = {}
    for name, value in element.attrib.items():
        for short, long in prefixes:
            if name.startswith(long):
                found[short + name.removeprefix(long)] = value
                break
        else:
            found[name] = value
    return found


def _nodes(root: Element, root_ref: str) -> tuple[tuple[Leaf, ...], tuple[tuple[str, str], ...]]:
    leaves: list[Leaf] = []
    groups: list[tuple[str, str]] = [(root_ref, "")]
    waiting = [(element, root_ref) for element in reversed(root)]
    while waiting:
        element, group = waiting.pop()
        ref = f"{group}/{local(element)}"
        if element.get(f"{_JR}template") is not None:
            raise _refused(NO_REPEATS, ref)
        if len(element):
            groups.append((ref, group))
            waiting.extend((inner, ref) for inner in reversed(element))
        else:
            leaves.append(Leaf(ref, group, element.text or ""))
        if len(leaves) + len(groups) > MAX_NODES or ref.count("/") > MAX_NESTING + 1:
            raise _refused(TOO_BIG, ref)
    return tuple(leaves), tuple(groups)


def _texts(model: Element) -> dict[str, Element]:
    """The texts of one language: Chinese where there is one, else the default."""
    translations = model.findall(f"{_XFORMS}itext/{_XFORMS}translation")
    chosen = next((one for one in translations if _chinese(one.get("lang", ""))), None)
    if chosen is None:
        chosen = next((one for one in translations if one.get("default")), None)
    if chosen is None:
        return {}
    found: dict[str, Element] = {}
    for text in chosen.findall(f"{_XFORMS}text"):
        plain = [value for value in text.findall(f"{_XFORMS}value") if value.get("form") is None]
        if plain:
            found[text.get("id", "")] = plain[0]
    return found


def _chinese(language: str) -> bool:
    lowered = language.lower()
    return "中文" in lowered or "chinese" in lowered or "zh" in lowered.replace("(", " ").replace("-", " ").split()


def _initials(model: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for setvalue in model.findall(f"{_XFORMS}setvalue"):
        if setvalue.get("event") != "odk-instance-first-load":
            raise _refused(NO_TRIGGER, setvalue.get("ref", ""))
        found[setvalue.get("ref", "")] = setvalue.get("value", "")
    return found


NO_TRIGGER = "暂不支持 trigger（随另一题变化的赋值），请改用 calculation。"


def _items(instance: Element, texts: dict[str, Element]) -> Iterator[Item]:
    for item in instance.iterfind(f"{_XFORMS}root/{_XFORMS}item"):
        row = {local(column): column.text or "" for column in item if column.text}
        label = texts.get(row.get("itextId", ""))
        yield Item(row, child(item, "label") if label is None else label)


def _controls(body: Element) -> Iterator[Control]:
    waiting = list(reversed(body))
    while waiting:
        element = waiting.pop()
        tag = local(element)
        ref = element.get("ref", "") or element.get("nodeset", "") or element.get("bind", "")
        if tag == "group":
            waiting.extend(reversed(element))
            if ref:
                yield Control(ref, tag, element)
        elif ref:
            yield Control(ref, tag, element)
