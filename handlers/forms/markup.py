"""The XForm XML taken apart: instance, binds, texts, choice lists and body, before anything is compiled."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from handlers.forms.form import FormError, FormFault
from handlers.forms.texts import Texts, texts_of

QF: Final = "urn:qingfeng:form:1"
"""The namespace of our own attributes: `level` and `audience` of the form, `purpose`, … of a question."""
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
LAST: Final = "__last-saved"
"""The instance that stands for the last sheet (pyxform's name)."""
FIRST_LOAD: Final = "odk-instance-first-load"
NEW_REPEAT: Final = "odk-new-repeat"
CHANGED: Final = "xforms-value-changed"


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
class Trigger:
    """A value that is set when another one changes."""

    source: str
    target: str
    expression: str


@dataclass(frozen=True, slots=True)
class Markup:
    """An XForm taken apart. Refs carry no numbers here: a repeat stands for all of its instances."""

    title: str
    name: str
    version: str
    level: str
    audience: str
    root: str
    leaves: tuple[Leaf, ...]
    groups: tuple[tuple[str, str], ...]
    """(ref, ref of the group around it), outermost first; the root has ""."""
    order: dict[str, int]
    """Ref of a leaf or group -> its place in the instance."""
    repeats: dict[str, str]
    """Ref of a repeat -> the expression of its number of instances; "" where people decide."""
    binds: dict[str, dict[str, str]]
    """Ref -> attributes; those of JavaRosa begin with `jr:`, ours with `qf:`."""
    initials: dict[str, str]
    """Ref -> expression of a default that is computed when the form, or a repeat's instance, is opened."""
    triggers: tuple[Trigger, ...]
    sensed: frozenset[str]
    """Refs that a device would fill by itself (place, sound)."""
    lists: dict[str, tuple[Item, ...]]
    """Choice lists and tables by id; one that was to come from a file and did not is empty."""
    awaited: frozenset[str]
    """The lists that were to come from a file."""
    texts: Texts
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
    controls = tuple(_controls(body))
    repeats = {control.ref: control.element.get(f"{_JR}count", "") for control in controls if control.tag == "repeat"}
    leaves, groups, order = _nodes(root, root_ref, repeats)
    texts = texts_of(model)
    others = [found for found in model.findall(f"{_XFORMS}instance") if found is not instance]
    return Markup(
        title=html.findtext(f"{_XHTML}head/{_XHTML}title") or "",
        name=root.get("id", ""),
        version=root.get("version", ""),
        level=root.get(f"{{{QF}}}level", ""),
        audience=root.get(f"{{{QF}}}audience", ""),
        root=root_ref,
        leaves=leaves,
        groups=groups,
        order=order,
        repeats={ref: repeats[ref] for ref, _ in groups if ref in repeats},
        binds={bind.get("nodeset", ""): _attributes(bind) for bind in model.findall(f"{_XFORMS}bind")},
        initials=_initials(html),
        triggers=_triggers(controls),
        sensed=frozenset(
            element.get("ref", "") for element in html.iter() if local(element) in {"setgeopoint", "recordaudio"}
        ),
        lists={name: tuple(_items(found, texts)) for found in others if (name := found.get("id", "")) != LAST},
        awaited=frozenset(found.get("id", "") for found in others if found.get("src") is not None),
        texts=texts,
        controls=controls,
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


def _nodes(
    root: Element, root_ref: str, repeats: Mapping[str, str]
) -> tuple[tuple[Leaf, ...], tuple[tuple[str, str], ...], dict[str, int]]:
    leaves: list[Leaf] = []
    order: dict[str, int] = {}
    groups: list[tuple[str, str]] = [(root_ref, "")]
    waiting = [(element, root_ref) for element in reversed(_without_copies(root, root_ref, repeats))]
    while waiting:
        element, group = waiting.pop()
        ref = f"{group}/{local(element)}"
        order.setdefault(ref, len(order))
        if len(element) or ref in repeats:
            groups.append((ref, group))
            waiting.extend((inner, ref) for inner in reversed(_without_copies(element, ref, repeats)))
        else:
            leaves.append(Leaf(ref, group, element.text or ""))
        if len(leaves) + len(groups) > MAX_NODES or ref.count("/") > MAX_NESTING + 1:
            raise _refused(TOO_BIG, ref)
    return tuple(leaves), tuple(groups), order


def _without_copies(group: Element, ref: str, repeats: Mapping[str, str]) -> list[Element]:
    """The nodes in a group, each repeat once: its template where it has one, else its first instance."""
    if not repeats:
        return list(group)
    found: dict[str, Element] = {}
    kept: list[Element] = []
    for element in group:
        name = local(element)
        if f"{ref}/{name}" not in repeats:
            kept.append(element)
        elif name not in found:
            found[name] = element
            kept.append(element)
        elif element.get(f"{_JR}template") is not None:
            kept[kept.index(found[name])] = element
            found[name] = element
    return kept


def _initials(html: Element) -> dict[str, str]:
    """The defaults that are computed; those of nodes that are not in the instance's leaves do no harm."""
    found: dict[str, str] = {}
    for setvalue in html.iter(f"{_XFORMS}setvalue"):
        if {FIRST_LOAD, NEW_REPEAT} & set(setvalue.get("event", "").split()):
            found[setvalue.get("ref", "")] = setvalue.get("value", "") or f"'{setvalue.text or ''}'"
    return found


def _triggers(controls: Iterable[Control]) -> tuple[Trigger, ...]:
    return tuple(
        Trigger(control.ref, inner.get("ref", ""), inner.get("value", ""))
        for control in controls
        if control.tag not in {"group", "repeat"}
        for inner in control.element
        if local(inner) == "setvalue" and CHANGED in inner.get("event", "").split()
    )


def _items(instance: Element, texts: Texts) -> Iterator[Item]:
    for item in instance.iterfind(f"{_XFORMS}root/{_XFORMS}item"):
        row = {local(column): column.text or "" for column in item if column.text}
        label = texts.value(row.get("itextId", ""))
        yield Item(row, child(item, "label") if label is None else label)


def _controls(body: Element) -> Iterator[Control]:
    waiting = list(reversed(body))
    while waiting:
        element = waiting.pop()
        tag = local(element)
        ref = element.get("ref", "") or element.get("nodeset", "") or element.get("bind", "")
        if tag in {"group", "repeat"}:
            waiting.extend(reversed(element))
            if ref:
                yield Control(ref, tag, element)
        elif ref and tag != "setvalue":
            yield Control(ref, tag, element)
