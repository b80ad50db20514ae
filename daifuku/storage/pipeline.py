"""PostgreSQL: statements sent on without waiting for what the ones before them answer.

libpq's pipeline mode: https://www.postgresql.org/docs/current/libpq-pipeline-mode.html. What is
written is sent along with the next query, whose answer is waited for; an error of it is raised
there. SQLite has nobody to wait for.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, event

from daifuku.storage.known_errors import driver_errors

_KEY = "daifuku.pipeline"


class _Pipeline:
    """A connection's pipeline, which can be left and entered again."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self._block: Any = None
        self._pipeline: Any = None

    def enter(self) -> None:
        self._block = self._driver.pipeline()
        self._pipeline = self._block.__enter__()

    def leave(self, error: BaseException | None = None) -> None:
        self._block.__exit__(type(error) if error else None, error, None)

    def wait(self) -> None:
        self._pipeline.sync()


@contextmanager
def pipelined(tx: Connection) -> Iterator[None]:
    """The block's statements go through a pipeline; at its end all have been carried out.

    Those of the toolkit are waited for one by one: see `wait_for_toolkit`.
    """
    if tx.dialect.name == "sqlite" or not tx.dialect.loaded_dbapi.Pipeline.is_supported():
        yield
        return
    with driver_errors(tx):
        pipeline = _Pipeline(tx.connection.driver_connection)
        pipeline.enter()
        tx.info[_KEY] = pipeline
        try:
            yield
        except BaseException as error:
            if tx.info.pop(_KEY, None) is not None:
                with suppress(tx.dialect.loaded_dbapi.Error):  # or the driver logs it, with values
                    pipeline.wait()
                pipeline.leave(error)
            raise
        del tx.info[_KEY]
        pipeline.leave()


@contextmanager
def answered(tx: Connection) -> Iterator[None]:
    """Where the block fails its pipeline ends, so that rolling back asks for no answer of it.

    An answer that comes after that to the error would be raised in its stead.
    """
    try:
        yield
    except BaseException:
        pipeline = tx.info.pop(_KEY, None)
        if pipeline is not None:
            with suppress(tx.dialect.loaded_dbapi.Error):
                pipeline.leave()
        raise


def is_pipelined(tx: Connection) -> bool:
    """Whether statements go through a pipeline."""
    return _KEY in tx.info


@contextmanager
def unpipelined(tx: Connection) -> Iterator[None]:
    """The block's statements go without pipeline, as COPY must."""
    pipeline = tx.info.get(_KEY)
    if pipeline is None:
        yield
        return
    pipeline.leave()
    try:
        yield
    finally:
        pipeline.enter()


def wait_for_toolkit(engine: Engine) -> None:
    """Let each of the toolkit's own statements be answered before it looks at the answer."""

    @event.listens_for(engine, "after_cursor_execute")
    def after(connection: Connection, *_: Any) -> None:
        pipeline = connection.info.get(_KEY)
        if pipeline is not None:
            pipeline.wait()
