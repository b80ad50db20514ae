"""The API keeps to its own document, whatever is sent."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

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


def _is_segment(value: str) -> bool:
    """Whether the text is one segment of a path: a slash parts two, however it is sent, and dots
    are resolved away before (RFC 3986, 5.2.4); with them another operation is addressed."""
    return value not in (".", "..") and "/" not in value


def values(path: str, method: str, place: str) -> st.SearchStrategy[dict[str, str]]:
    """Values of the operation's parameters in `path` or `query`: fitting ones and hostile ones."""
    parameters = DOCUMENT["paths"][path][method].get("parameters", ())
    strategies = {p["name"]: _value(p["schema"]) for p in parameters if p["in"] == place}
    if place == "path":
        addressed = {
            name: of.filter(_is_segment).map(lambda v: quote(v, safe=""))
            for name, of in strategies.items()
        }
        return st.fixed_dictionaries(addressed)
    return st.fixed_dictionaries({}, optional=strategies)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_number_is_larger_than_a_store_can_hold(path: str, method: str) -> None:
    for parameter in DOCUMENT["paths"][path][method].get("parameters", ()):
        schema = parameter["schema"]
        for said in schema.get("anyOf", [schema]):
            if said.get("type") == "integer":
                assert said["maximum"] < 2**63, parameter["name"]


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
