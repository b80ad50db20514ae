"""The driver's errors as those the rest of the store raises."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


@contextmanager
def driver_errors(tx: Connection) -> Iterator[None]:
    """Raises what the driver raises as the errors the rest of the store raises.

    They name no parameters: those are personal data.
    """
    try:
        yield
    except tx.dialect.loaded_dbapi.Error as error:
        raise as_known(tx, error) from error


def as_known(tx: Connection, error: Exception) -> Exception:
    """The toolkit's error for one of the driver's."""
    known = tx.dialect.loaded_dbapi.Error
    found: Exception = DBAPIError.instance(
        None, None, error, known, hide_parameters=True, dialect=tx.dialect
    )
    return found
