"""From a response to records: a decoder that never guesses and an extractor that only looks up."""

from collections.abc import Generator, Iterable, Mapping
from typing import Any

import requests
from airbyte_cdk.sources.declarative.decoders import JsonDecoder
from airbyte_cdk.sources.declarative.extractors import DpathExtractor, RecordSelector
from airbyte_cdk.sources.types import Record, StreamSlice, StreamState

from connectors.json_text import parse_json
from connectors.manifest.transport import origin_of
from daifuku.errors import TransientError

NO_CONTENT = 204
_PATTERN = frozenset("*?[")
_UNPARSED = object()


class StrictJsonDecoder(JsonDecoder):
    """Decodes JSON or raises, where the CDK's own decoder reads a bad body as an empty page.

    The page is parsed once and kept on the response, which extractor and paginator both decode.
    It is a JsonDecoder because pagination accepts no other class.
    """

    def decode(self, response: requests.Response) -> Generator[Any, None, None]:
        """The body; of a list its elements.

        Raises:
            TransientError: the body is no JSON.
        """
        page = response.__dict__.get("parsed_page", _UNPARSED)
        if page is _UNPARSED:
            page = response.__dict__["parsed_page"] = _parsed(response)
        if isinstance(page, list):
            yield from page or [{}]
        else:
            yield page


def _parsed(response: requests.Response) -> Any:
    body = response.content
    if not body and response.status_code == NO_CONTENT:
        return {}
    try:
        return parse_json(body)
    except ValueError:
        pass
    found = "a web page" if body.lstrip()[:1] == b"<" else f"{len(body)} bytes that are no JSON"
    raise TransientError(
        f"{origin_of(response.url)} answered {found} where JSON was expected.",
        hint="If it happens again, check that the address is that of the API"
        " and that no login page or proxy stands before it.",
    ) from None


class KeyExtractor(DpathExtractor):
    """Finds the records by key lookups; the CDK's search walks every leaf of the page.

    Paths with patterns and record expanders keep the CDK's way.
    """

    def extract_records(self, response: requests.Response) -> Iterable[Any]:
        """The records of a page."""
        path = [
            part if isinstance(part, str) else part.eval(self.config) for part in self._field_path
        ]
        if self.record_expander or any(not _PATTERN.isdisjoint(str(part)) for part in path):
            yield from super().extract_records(response)
            return
        for body in self.decoder.decode(response):
            found = _lookup(body, path)
            if isinstance(found, list):
                yield from found
            elif found:
                yield found


class DirectSelector(RecordSelector):
    """Hands records on as they are where the manifest neither filters nor transforms them.

    It adds no state of its own, so that a selector the CDK built can become one.
    """

    def filter_and_transform(
        self,
        all_data: Iterable[Mapping[str, Any]],
        stream_state: StreamState,
        records_schema: Mapping[str, Any],
        stream_slice: StreamSlice | None = None,
        next_page_token: Mapping[str, Any] | None = None,
    ) -> Iterable[Record]:
        """The records of a page, without passing each through steps that do nothing."""
        if self.record_filter or self.transformations or self.file_uploader or records_schema:
            return super().filter_and_transform(
                all_data, stream_state, records_schema, stream_slice, next_page_token
            )
        name = self.name
        return [Record(data, name, stream_slice) for data in all_data]


def _lookup(body: Any, path: Iterable[str]) -> Any:
    for key in path:
        if isinstance(body, dict):
            body = body.get(key)
        elif isinstance(body, list) and str(key).isdigit() and int(key) < len(body):
            body = body[int(key)]
        else:
            return None
    return body
