"""A small HTTP API with people in pages, and manifests that read it."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, SecretStr

from connectors.manifest.bounds import Bounds
from connectors.manifest.connector import ManifestConnector
from connectors.outgoing import Outgoing
from connectors.protocol import ConnectorSpec, StreamSpec
from demo.simulators.http import Request, Response, Simulator

PAGE = 50
SECRET = "planted-key-4711"
NEAR = Outgoing(allow_private=True)
"""The shop is on this machine."""
HASTY = Bounds(retries=0, longest_wait=0.2, outgoing=NEAR)
"""No second try: tests of failures need not wait."""


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")
    url: str
    api_key: SecretStr = SecretStr(SECRET)


class Shop(Simulator):
    """Serves `people` by offset, those changed since `since` only, to whoever has the key."""

    def __init__(self, count: int = 0, *, key: str = SECRET) -> None:
        super().__init__()
        self.key = key
        self.people = [
            {"id": f"p{n:05}", "name": f"Name {n}", "updated": stamp(n)} for n in range(count)
        ]
        self.route("GET", "/people", self.page)
        self.route("GET", "/people/{id}/pets", self.pets)

    def page(self, request: Request) -> Response:
        if request.headers.get("x-key") != self.key:
            return Response({"error": "who are you?"}, 401)
        since = request.query.get("since", "")
        found = [person for person in self.people if person["updated"] >= since]
        start = int(request.query.get("offset", 0))
        return Response({"result": {"people": found[start : start + PAGE]}})

    def pets(self, request: Request) -> Response:
        return Response({"result": [{"id": f"{request.params['id']}-{self.key}"}]})


def stamp(second: int) -> str:
    minutes, seconds = divmod(second, 60)
    return f"2026-01-01T{minutes // 60:02}:{minutes % 60:02}:{seconds:02}Z"


def requester(path: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "HttpRequester",
        "url_base": "{{ config['url'] }}",
        "path": path,
        "authenticator": {
            "type": "ApiKeyAuthenticator",
            "api_token": "{{ config['api_key'] }}",
            "inject_into": {
                "type": "RequestOption",
                "inject_into": "header",
                "field_name": "x-key",
            },
        },
        **more,
    }


def by_offset() -> dict[str, Any]:
    return {
        "type": "DefaultPaginator",
        "page_token_option": {
            "type": "RequestOption",
            "inject_into": "request_parameter",
            "field_name": "offset",
        },
        "pagination_strategy": {"type": "OffsetIncrement", "page_size": PAGE},
    }


def records_at(*path: str) -> dict[str, Any]:
    return {
        "type": "RecordSelector",
        "extractor": {"type": "DpathExtractor", "field_path": list(path)},
    }


def people(**more: Any) -> dict[str, Any]:
    """The stream `people`, read whole; `more` overrides parts of its retriever."""
    retriever = {
        "type": "SimpleRetriever",
        "requester": requester("people"),
        "record_selector": records_at("result", "people"),
        "paginator": by_offset(),
        **more,
    }
    return {"name": "people", "primary_key": "id", "retriever": retriever}


def changed_people(**more: Any) -> dict[str, Any]:
    """The stream `people`, read by its cursor `updated`."""
    sync = {
        "type": "DatetimeBasedCursor",
        "cursor_field": "updated",
        "datetime_format": "%Y-%m-%dT%H:%M:%SZ",
        "start_datetime": "2025-01-01T00:00:00Z",
        "start_time_option": {
            "type": "RequestOption",
            "inject_into": "request_parameter",
            "field_name": "since",
        },
    }
    return {**people(**more), "incremental_sync": sync}


def manifest(*streams: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "version": "7.0.0",
        "type": "DeclarativeSource",
        "check": {"type": "CheckStream", "stream_names": [streams[0]["name"]]},
        "streams": list(streams),
    }


def connector(
    url: str,
    *streams: Mapping[str, Any],
    bounds: Bounds = HASTY,
    config: BaseModel | None = None,
    ordered: Sequence[str] = (),
) -> ManifestConnector:
    """A connector for `streams`, or for `people` read whole."""
    chosen = streams or (people(),)
    spec = ConnectorSpec(
        name="shop",
        title={"en": "Shop", "ja": "店"},
        kind="erp",
        config=Settings,
        streams=tuple(
            StreamSpec(s["name"], "id", "updated" if "incremental_sync" in s else None)
            for s in chosen
        ),
    )
    settings = config or Settings(url=url)
    return ManifestConnector(spec, manifest(*chosen), settings, bounds=bounds, ordered=ordered)
