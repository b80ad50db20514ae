"""Ends pagination that goes round in circles."""

from collections.abc import Callable, Iterable
from typing import Any

import requests
from airbyte_cdk.sources.declarative.retrievers import SimpleRetriever
from airbyte_cdk.sources.types import Record, StreamSlice

from daifuku.errors import ConfigError

Selector = Callable[[requests.Response | None], Iterable[Record]]


class GuardedRetriever(SimpleRetriever):
    """The CDK's retriever, except that a page that comes twice ends the stream.

    It adds no state of its own, so that a retriever the CDK built can become one.
    """

    def _read_pages(
        self, records_generator_fn: Selector, stream_slice: StreamSlice
    ) -> Iterable[Record]:
        return super()._read_pages(_distinct_pages(records_generator_fn, self.name), stream_slice)


def _distinct_pages(select: Selector, stream: str) -> Selector:
    """`select`, raising if a page was asked for before, or is filled just as the one before it.

    Two pages are taken as one if size, first and last record agree: that costs next to nothing.
    """
    asked: set[int] = set()
    before: tuple[int, Any, Any] = (0, None, None)

    def selected(response: requests.Response | None) -> Iterable[Record]:
        nonlocal before
        if response is not None:
            question = hash((response.url, response.request.body))
            if question in asked:
                raise _loop(stream)
            asked.add(question)
        size, first, last = 0, None, None
        for record in select(response):
            first = record if size == 0 else first
            last = record
            size += 1
            yield record
        page = (size, first and first.data, last and last.data)
        if size and page == before:
            raise _loop(stream)
        before = page

    return selected


def _loop(stream: str) -> ConfigError:
    return ConfigError(
        f"The pages of {stream} go round in circles: the source sent the same page twice.",
        hint="The pagination of its manifest does not fit the API.",
        stream=stream,
    )
