"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

SurrogateId = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit id the database hands out; SQLite numbers only columns declared INTEGER."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in time: aware in Python, `timestamptz` on PostgreSQL, UTC text on SQLite.

    Binding a naive datetime raises ValueError: its zone would be a guess.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        return value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
