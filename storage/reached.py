"""Whether WeChat reaches a person, as a part of queries."""

from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlmodel import col

from storage.models import Contact, Reach


def gone_of(person: Any) -> ScalarSelect[str]:
    """Why nothing reaches the WeChat of a person (a column): Reach.gone; empty, or NULL for nobody's, when it does."""
    return (
        select(func.coalesce(col(Reach.gone), ""))
        .select_from(Contact)
        .outerjoin(Reach, col(Reach.contact) == col(Contact.id))
        .where(col(Contact.person_id) == person)
        .scalar_subquery()
    )
