"""Reads the people through dlt's REST source, iterated without a destination."""

from typing import Any

from dlt.sources.rest_api import rest_api_resources


def read(url: str, *, incremental: bool) -> int:
    """The number of records read."""
    endpoint: dict[str, Any] = {
        "path": "people",
        "data_selector": "data",
        "paginator": {"type": "cursor", "cursor_path": "next", "cursor_param": "offset"},
    }
    if incremental:
        endpoint["incremental"] = {"cursor_path": "updated", "initial_value": "2020-01-01"}
    config: Any = {
        "client": {"base_url": url},
        "resources": [{"name": "people", "endpoint": endpoint}],
    }
    (people,) = rest_api_resources(config)
    return sum(1 for _ in people)
