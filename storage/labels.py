"""The labels of a text: which of the machine's and the officer's count, and how they are kept to be queried.

Their shape is that of nlp's Classification.labels(), which this package does not import; values are opaque here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.models import Finding, FindingLabel, Message, MessageLabel, Person, core
from storage.text_views import LabelsView
from storage.vocabulary import TextSource

_LISTS = ("disciplines", "fields", "eight_rules")
_UNLABELLED: Mapping[str, Any] = {
    "intent": "other",
    "disciplines": [],
    "fields": [],
    "severity": "none",
    "negated": False,
    "eight_rules": [],
}
"""What a label is while nobody says anything of it."""


def labels_of(classification: Mapping[str, Any]) -> dict[str, Any]:
    """The labels of a classification, without its evidence; {} of an empty one. Raises ValueError."""
    if not classification:
        return {}
    said = {name: classification[name] for name in _UNLABELLED if name in classification}
    check(said)
    return _whole(_UNLABELLED, said)


def corrected(labels: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Whole labels with those replaced that an officer named."""
    return _whole(labels or _UNLABELLED, said)


def check(said: Mapping[str, Any]) -> None:
    """Raise ValueError unless these are labels, by name and type."""
    for name, value in said.items():
        if name not in _UNLABELLED:
            raise ValueError(f"there is no label called {name!r}")
        if name in _LISTS:
            right = isinstance(value, list | tuple) and all(isinstance(label, str) and label for label in value)
        else:
            right = type(value) is type(_UNLABELLED[name]) or (name != "negated" and isinstance(value, str))
        if not right:
            raise ValueError(f"{value!r} cannot be the label {name!r}")


def _whole(labels: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    merged = {name: said.get(name, labels[name]) for name in _UNLABELLED}
    return {
        name: list(dict.fromkeys(map(str, value))) if name in _LISTS else _plain(value)
        for name, value in merged.items()
    }


def _plain(value: bool | str) -> bool | str:
    """A member of a StrEnum as the text that JSON makes of it."""
    return value if isinstance(value, bool) else str(value)


def new_columns(classification: Mapping[str, Any], classifier: str) -> dict[str, Any]:
    """The columns of storage.tables.Labelled for a text that is kept now. Raises ValueError as labels_of."""
    return {
        "classification": dict(classification),
        "correction": None,
        **queried_columns(labels_of(classification)),
        "labels_version": 1,
        "lexicon": int(classification.get("lexicon", 0)),
        "classifier": classifier,
        "corrected_at": None,
        "corrected_by": None,
    }


def queried_columns(labels: Mapping[str, Any]) -> dict[str, Any]:
    """The columns by which texts are found, as the labels that count say; of a text without any: nothing."""
    return {
        "intent": labels.get("intent", ""),
        "severity": labels.get("severity", ""),
        "negated": labels.get("negated", False),
    }


_LABELS = {TextSource.MESSAGE: core(MessageLabel), TextSource.FINDING: core(FindingLabel)}
_OWNER = {TextSource.MESSAGE: "message_id", TextSource.FINDING: "finding_id"}


async def keep_labels(session: AsyncSession, source: TextSource, kept: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Write the rows by which texts are found: for each text (id, the labels that count); it has none yet."""
    rows = [
        {_OWNER[source]: text_id, "kind": kind, "label": label}
        for text_id, labels in kept
        for kind in _LISTS
        for label in labels.get(kind, ())
    ]
    if rows:
        await session.execute(insert(_LABELS[source]), rows)


async def replace_labels(
    session: AsyncSession, source: TextSource, kept: Sequence[tuple[int, Mapping[str, Any]]]
) -> None:
    """The same for texts that have some; their own rows are locked by the caller."""
    table = _LABELS[source]
    await session.execute(delete(table).where(table.c[_OWNER[source]].in_([text_id for text_id, _ in kept])))
    await keep_labels(session, source, kept)


def label_columns(model: type[Message] | type[Finding]) -> tuple[Any, ...]:
    """What `labels_view` and `counting` need of a row."""
    officer = select(col(Person.name)).where(col(Person.id) == col(model.corrected_by)).correlate(model)
    return (
        col(model.classification),
        col(model.correction),
        col(model.labels_version),
        col(model.corrected_at),
        officer.scalar_subquery().label("corrected_by_name"),
        col(model.lexicon),
        col(model.classifier),
    )


def labels_view(row: Any) -> LabelsView:
    """The view of a row with `label_columns`."""
    return LabelsView(
        classification=row.classification,
        current=counting(row),
        version=row.labels_version,
        corrected_at=row.corrected_at,
        corrected_by=row.corrected_by_name or "",
        lexicon=row.lexicon,
        classifier=row.classifier,
    )


def counting(row: Any) -> dict[str, Any]:
    """The labels that count of a row with `classification` and `correction`: the officer's, else the machine's."""
    return labels_of(row.classification) if row.correction is None else dict(row.correction)
