"""The metadata all tables share, and the columns that recur."""

from typing import Any

from sqlalchemy import Column, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def text(name: str, *, nullable: bool = False, **options: Any) -> Column[str]:
    """A text column, not null unless said otherwise."""
    return Column(name, Text, nullable=nullable, **options)


def source_key() -> tuple[Column[str], ...]:
    """The columns that name a source record."""
    return text("source"), text("stream"), text("external_id")


def record_key(prefix: str = "") -> tuple[Column[str], ...]:
    """The columns that name a mapped record, each with `prefix`."""
    names = ("source", "stream", "external_id", "part")
    return tuple(text(prefix + name) for name in names)
