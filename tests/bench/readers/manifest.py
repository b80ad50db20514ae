"""The low-code manifest that both CDK readers read the benchmark's people with."""

from typing import Any

CURSOR = {
    "type": "DatetimeBasedCursor",
    "cursor_field": "updated",
    "datetime_format": "%Y-%m-%dT%H:%M:%SZ",
    "start_datetime": "2020-01-01T00:00:00Z",
}


def manifest(url: str, *, incremental: bool) -> dict[str, Any]:
    """One stream, `people`, whole or by its cursor."""
    stream: dict[str, Any] = {
        "type": "DeclarativeStream",
        "name": "people",
        "primary_key": "id",
        "retriever": {
            "type": "SimpleRetriever",
            "requester": {"type": "HttpRequester", "url_base": url, "path": "people"},
            "record_selector": {
                "type": "RecordSelector",
                "extractor": {"type": "DpathExtractor", "field_path": ["data"]},
            },
            "paginator": {
                "type": "DefaultPaginator",
                "page_token_option": {
                    "type": "RequestOption",
                    "inject_into": "request_parameter",
                    "field_name": "offset",
                },
                "pagination_strategy": {
                    "type": "CursorPagination",
                    "cursor_value": "{{ response.next }}",
                    "stop_condition": "{{ not response.next }}",
                },
            },
        },
    }
    if incremental:
        stream["incremental_sync"] = CURSOR
    return {
        "version": "7.0.0",
        "type": "DeclarativeSource",
        "check": {"type": "CheckStream", "stream_names": ["people"]},
        "streams": [stream],
    }
