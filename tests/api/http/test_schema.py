"""The API keeps to its own document, whatever is sent."""

from collections.abc import Mapping
from typing import Any

import pytest
import requests
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.http.app import create_app
from api.http.problems import MEDIA_TYPE
from tests.api.http.conftest import Api

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
HOSTILE = st.sampled_from(
    ["\0", "a\0b", "%00", "\u202e", "..", "-1", "9" * 40, "NaN", "p_" + "a" * 16, "' or 1=1 --"]
)
ANYTHING = st.text(min_size=1, max_size=80) | HOSTILE
BODIES = st.none() | st.dictionaries(st.text(), st.text() | st.integers(), max_size=4)


def document() -> dict[str, Any]:
    """The OpenAPI document, which needs no store."""
    nothing: Any = None
    return create_app(nothing, nothing, nothing).openapi()


DOCUMENT = document()
OPERATIONS = [(path, method) for path, item in DOCUMENT["paths"].items() for method in item]


_NO_SEGMENTS = {".", ".."}
"""Resolved away before a request is sent (RFC 3986, 5.2.4): they address another operation."""


def values(path: str, method: str, place: str) -> st.SearchStrategy[dict[str, str]]:
    """Values of the operation's parameters in `path` or `query`: fitting ones and hostile ones."""
    parameters = DOCUMENT["paths"][path][method].get("parameters", ())
    strategies = {p["name"]: _value(p["schema"]) for p in parameters if p["in"] == place}
    if place == "path":
        addressed = {
            name: of.filter(lambda v: v not in _NO_SEGMENTS) for name, of in strategies.items()
        }
        return st.fixed_dictionaries(addressed)
    return st.fixed_dictionaries({}, optional=strategies)


def _value(schema: Mapping[str, Any]) -> st.SearchStrategy[str]:
    fitting = from_schema({**schema, "components": DOCUMENT["components"]})
    return fitting.map(lambda value: str(value) or "-") | ANYTHING


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_each_answer_is_as_documented(api: Api, hanako: str, path: str, method: str) -> None:
    operation = schemathesis.openapi.from_dict(DOCUMENT)[path][method]

    @settings(
        max_examples=8,
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        in_path=values(path, method, "path"),
        query=values(path, method, "query"),
        known=st.booleans(),
        body=BODIES,
    )
    def answers_as_documented(
        in_path: dict[str, str], query: dict[str, str], known: bool, body: Any
    ) -> None:
        if known and "profile_id" in in_path:
            in_path = {"profile_id": hanako}
        case = operation.Case(path_parameters=in_path, query=query)
        answer = ask(api.client, case, body if method == "post" else None)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == [MEDIA_TYPE]

    answers_as_documented()


def ask(client: TestClient, case: schemathesis.Case, body: object) -> schemathesis.Response:
    """The app's answer to the case, in this process."""
    address = case.as_transport_kwargs(base_url="http://testserver")["url"]
    request = requests.Request(case.method, address, params=case.query, json=body).prepare()
    answer = client.request(
        case.method,
        str(request.url),
        content=request.body,
        headers=dict(request.headers),
        follow_redirects=False,
    )
    headers = {name: [value] for name, value in answer.headers.items()}
    return schemathesis.Response(
        answer.status_code, headers, answer.content, request=request, elapsed=0.0, verify=False
    )
