"""The ways in which the stock CDK loses, leaks or hangs, each with the cure that this adapter is.

The numbers are those of docs/decisions/0005-embedding-the-cdk.md.
"""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from connectors.manifest.bounds import Bounds
from connectors.protocol import ConfigUpdate, Record, StreamFailure, StreamStatus
from daifuku.errors import (
    AuthExpiredError,
    ConfigError,
    RateLimitedError,
    SourceError,
    TransientError,
)
from demo.simulators.faults import Fault, cut_json, html, reset, slow, status, truncated
from demo.simulators.http import Request, Response, Simulator
from demo.simulators.server import THREAD_PREFIX
from tests.connectors.manifest.shop import (
    HASTY,
    NEAR,
    PAGE,
    SECRET,
    Settings,
    Shop,
    by_offset,
    changed_people,
    connector,
    people,
    records_at,
    requester,
)
from tests.contract.reading import leaks, read_all


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Shop(120) as running:
        yield running


def failure(shop: Shop, fault: Fault, *, bounds: Bounds = HASTY) -> SourceError:
    """The error that reading ends with when the second page is bad."""
    shop.fail("/people", fault, after=1, times=5)
    reading = read_all(connector(shop.url, changed_people(), bounds=bounds), ["people"])["people"]
    assert reading.statuses[-1] is StreamStatus.INCOMPLETE
    assert not reading.checkpoints
    return reading.failures[0].error


@pytest.mark.parametrize("fault", [html(), cut_json(), status(200, body=b"")])
def test_pitfall_1_a_bad_body_is_never_an_empty_page(shop: Shop, fault: Fault) -> None:
    error = failure(shop, fault)
    assert isinstance(error, TransientError)
    assert "where JSON was expected" in str(error)


def test_pitfall_2_parents_are_not_shared_between_tenants() -> None:
    signs = {"type": "BearerAuthenticator", "api_token": "{{ config['api_key'] }}"}
    bearer = requester("people", use_cache=True, authenticator=signs)
    children = {
        "name": "pets",
        "primary_key": "id",
        "retriever": {
            "type": "SimpleRetriever",
            "requester": requester("people/{{ stream_partition.owner }}/pets"),
            "record_selector": records_at("result"),
            "partition_router": {
                "type": "SubstreamPartitionRouter",
                "parent_stream_configs": [
                    {
                        "type": "ParentStreamConfig",
                        "parent_key": "id",
                        "partition_field": "owner",
                        "stream": {
                            "type": "DeclarativeStream",
                            **people(requester=bearer),
                        },
                    }
                ],
            },
        },
    }

    class Tenants(Shop):
        def page(self, request: Request) -> Response:
            owner = request.headers["authorization"].removeprefix("Bearer ")
            people = [{"id": owner, "updated": ""}] if "offset" not in request.query else []
            return Response({"result": {"people": people}})

    with Tenants() as shop:
        for key in ("tenant-one", "tenant-two"):
            config = Settings(url=shop.url, api_key=SecretStr(key))
            source = connector(shop.url, people(), children, config=config)
            assert read_all(source, ["pets"])["pets"].ids == [f"{key}-{SECRET}"]


class TokenIssuer(Simulator):
    """Rotates the refresh token at each sign-in and serves nobody with an old one."""

    def __init__(self) -> None:
        super().__init__()
        self.refresh = "refresh-token-0"
        self.signed_in = 0
        self.route("POST", "/token", self.token)
        self.route("GET", "/people", lambda _: Response({"result": {"people": [{"id": "a"}]}}))

    def token(self, request: Request) -> Response:
        if f"refresh_token={self.refresh}" not in request.body.decode():
            return Response({"error": "invalid_grant"}, 400)
        self.signed_in += 1
        self.refresh = f"refresh-token-{self.signed_in}"
        return Response(
            {
                "access_token": f"access-{self.signed_in}",
                "refresh_token": self.refresh,
                "expires_in": 3600,
            }
        )


class OauthSettings(Settings):
    client_id: str = "hub"
    client_secret: SecretStr = SecretStr("client-secret-1")
    refresh_token: SecretStr = SecretStr("refresh-token-0")
    access_token: SecretStr = SecretStr("")
    token_expiry_date: str = ""


def oauth_people(**more: Any) -> dict[str, Any]:
    authenticator = {
        "type": "OAuthAuthenticator",
        "token_refresh_endpoint": "{{ config['url'] }}/token",
        "client_id": "{{ config['client_id'] }}",
        "client_secret": "{{ config['client_secret'] }}",
        "refresh_token": "{{ config['refresh_token'] }}",
        "refresh_token_updater": {
            "refresh_token_config_path": ["refresh_token"],
            "access_token_config_path": ["access_token"],
            "token_expiry_date_config_path": ["token_expiry_date"],
        },
    }
    signed = requester("people", authenticator=authenticator)
    return people(**{"requester": signed, "paginator": None, **more})


def test_pitfall_3_a_rotated_refresh_token_reaches_the_hub_before_it_is_used(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with TokenIssuer() as issuer:
        config = OauthSettings(url=issuer.url)
        source = connector(issuer.url, oauth_people(), config=config)
        for message in source.read(["people"], {}):
            if isinstance(message, ConfigUpdate):
                assert message.fields["refresh_token"] == "refresh-token-1"
                assert [request.path for request in issuer.requests] == ["/token"]
                break
        else:
            pytest.fail("no ConfigUpdate came")
    assert "refresh-token" not in "".join(capfd.readouterr())


def test_pitfall_3_tokens_rotated_between_two_pages_are_kept_before_the_next_one() -> None:
    class Hasty(TokenIssuer):
        """Its tokens last for one page."""

        def token(self, request: Request) -> Response:
            answer = super().token(request)
            return Response({**answer.body, "expires_in": -60}, answer.status)

        def people(self, request: Request) -> Response:
            shown.append(request.headers["authorization"].removeprefix("Bearer "))
            assert kept["access_token"] == shown[-1]
            assert kept["refresh_token"] == self.refresh
            start = int(request.query.get("offset", 0))
            ids = range(start, min(start + PAGE, 2 * PAGE + 1))
            return Response({"result": {"people": [{"id": f"{n}"} for n in ids]}})

    kept: dict[str, Any] = {}
    shown: list[str] = []
    with Hasty() as issuer:
        issuer.route("GET", "/pages", issuer.people)
        stream = oauth_people(paginator=by_offset())
        stream["retriever"]["requester"]["path"] = "pages"
        source = connector(issuer.url, stream, config=OauthSettings(url=issuer.url))
        source.keep_with(kept.update)
        reading = read_all(source, ["people"])["people"]
    assert len(reading.ids) == 2 * PAGE + 1
    assert len(set(shown)) == 3


def test_pitfall_3_a_refused_refresh_token_asks_to_sign_in_again() -> None:
    with TokenIssuer() as issuer:
        config = OauthSettings(url=issuer.url, refresh_token=SecretStr("refresh-token-9"))
        source = connector(issuer.url, oauth_people(), config=config)
        reading = read_all(source, ["people"])["people"]
        assert isinstance(reading.failures[0].error, AuthExpiredError)


ABANDONED = """
import sys
from tests.connectors.manifest.shop import connector
reading = connector(sys.argv[1]).read(["people"], {})
for _ in range(10):
    next(reading)
"""


def test_pitfall_4_a_process_that_abandons_a_reading_ends(shop: Shop) -> None:
    path = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", ABANDONED, shop.url],
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_pitfall_4_reading_starts_no_thread(shop: Shop) -> None:
    before = set(threading.enumerate())
    reading = connector(shop.url).read(["people"], {})
    next(message for message in reading if isinstance(message, Record))
    started = set(threading.enumerate()) - before
    assert not [t for t in started if not t.name.startswith(THREAD_PREFIX)]


def test_pitfall_5_an_abort_ends_reading_within_one_page(shop: Shop) -> None:
    reading = iter(connector(shop.url).read(["people"], {}))
    for _ in range(PAGE // 2):
        next(reading)
    pages = len(shop.requests)
    with pytest.raises(KeyboardInterrupt):
        reading.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
    assert len(shop.requests) == pages
    assert next(reading, None) is None


def test_pitfall_6_a_silent_source_ends_in_time(shop: Shop) -> None:
    """Whoever waited would have the whole page in the end, and no error."""
    impatient = Bounds(retries=0, silence=0.05, outgoing=NEAR)
    error = failure(shop, slow(5), bounds=impatient)
    assert isinstance(error, TransientError)


def test_pitfall_6_a_dripping_source_ends_in_time(shop: Shop) -> None:
    error = failure(shop, slow(0.02), bounds=Bounds(retries=0, total=0.05, outgoing=NEAR))
    assert "more than 0.05 s" in str(error)


def test_pitfall_6_an_endless_body_is_refused(shop: Shop) -> None:
    reading = read_all(connector(shop.url, bounds=Bounds(body=100, outgoing=NEAR)), ["people"])[
        "people"
    ]
    assert "MB at once" in str(reading.failures[0].error)


def by_cursor(value: str) -> dict[str, Any]:
    return {
        "type": "DefaultPaginator",
        "page_token_option": {
            "type": "RequestOption",
            "inject_into": "request_parameter",
            "field_name": "after",
        },
        "pagination_strategy": {"type": "CursorPagination", "cursor_value": value},
    }


@pytest.mark.parametrize("next_token", ["same", "{{ now_utc() }}"])
def test_pitfall_6_pages_that_go_in_circles_end(shop: Shop, next_token: str) -> None:
    source = connector(shop.url, people(paginator=by_cursor(next_token)))
    reading = read_all(source, ["people"])["people"]
    assert "circles" in str(reading.failures[0].error)
    assert len(shop.requests) <= 3


def test_pitfall_6_a_circle_of_several_pages_ends(shop: Shop) -> None:
    """The first page leads to the second, and that back to the first."""
    turning = "{{ 'b' if last_record['id'] == 'p00049' else 'a' }}"
    turns = {"a": 0, "b": 50}

    def page(request: Request) -> Response:
        start = turns.get(request.query.get("after", ""), 0)
        return Response({"result": {"people": shop.people[start : start + PAGE]}})

    shop.route("GET", "/turning", page)
    stream = people(requester=requester("turning"), paginator=by_cursor(turning))
    reading = read_all(connector(shop.url, stream), ["people"])["people"]
    assert "circles" in str(reading.failures[0].error)
    assert len(shop.requests) <= 4


def test_pitfall_6_empty_pages_that_go_in_circles_end(shop: Shop) -> None:
    shop.people.clear()
    source = connector(shop.url, people(paginator=by_cursor("same")))
    reading = read_all(source, ["people"])["people"]
    assert "circles" in str(reading.failures[0].error)


def test_pitfall_7_a_long_wait_ends_the_stream_instead_of_sleeping(shop: Shop) -> None:
    error = failure(shop, status(429, retry_after=3_600), bounds=Bounds(outgoing=NEAR))
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == 3_600
    assert len(shop.requests) == 2


def test_pitfall_7_a_short_wait_is_waited_for(shop: Shop) -> None:
    shop.fail("/people", status(429, retry_after=0.01), after=1)
    shop.fail("/people", status(503), after=2)
    reading = read_all(connector(shop.url, bounds=Bounds(outgoing=NEAR)), ["people"])["people"]
    assert len(reading.ids) == 120
    assert reading.statuses[-1] is StreamStatus.COMPLETE


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (status(401), ConfigError),
        (status(403), ConfigError),
        (status(404), ConfigError),
        (status(400), ConfigError),
        (status(302, headers={"Location": "http://127.0.0.2:9/"}), ConfigError),
        (status(429), RateLimitedError),
        (status(500), TransientError),
        (status(503, retry_after=60), RateLimitedError),
        (reset(), TransientError),
        (truncated(), TransientError),
        (html(), TransientError),
    ],
)
def test_pitfall_8_errors_are_classed_by_what_to_do(
    shop: Shop, fault: Fault, kind: type[SourceError]
) -> None:
    error = failure(shop, fault)
    assert type(error) is kind
    assert error.stream == "people"
    assert shop.url in str(error)


def test_pitfall_8_a_host_that_is_not_there_is_told_apart() -> None:
    with Shop() as shop:
        closed = shop.url
    reading = read_all(connector(closed, bounds=Bounds(outgoing=NEAR)), ["people"])["people"]
    assert type(reading.failures[0].error) is TransientError
    assert "cannot be reached" in str(reading.failures[0].error)


def test_pitfall_9_a_failed_whole_reading_is_no_success(shop: Shop) -> None:
    shop.fail("/people", status(500), after=2)
    reading = read_all(connector(shop.url), ["people"])["people"]
    assert len(reading.ids) == 100
    assert reading.statuses == [StreamStatus.STARTED, StreamStatus.INCOMPLETE]
    assert not reading.checkpoints


def test_pitfall_10_an_unknown_stream_is_refused_before_reading(shop: Shop) -> None:
    with pytest.raises(ConfigError, match="peeple"):
        connector(shop.url).read(["people", "peeple"], {})
    assert not shop.requests


LOGGING = """
import logging, sys
mine = logging.StreamHandler(sys.stderr)
logging.getLogger().addHandler(mine)
from tests.connectors.manifest.shop import connector
assert not [name for name in sys.modules if name.startswith("airbyte_cdk")]
connector("http://127.0.0.1:9").check()
assert "airbyte_cdk" in sys.modules
assert logging.getLogger().handlers == [mine], logging.getLogger().handlers
"""


def test_pitfall_11_the_import_is_late_and_leaves_logging_alone() -> None:
    path = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOGGING],
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""


def test_pitfall_11_a_rate_limit_is_not_printed(
    shop: Shop, capfd: pytest.CaptureFixture[str]
) -> None:
    failure(shop, status(429))
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("fault", [status(401), status(500), html(), reset()])
def test_pitfall_12_no_secret_is_logged_or_said(
    shop: Shop, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    in_query = requester("people?api_key={{ config['api_key'] }}")
    spoken = {
        "type": "DefaultErrorHandler",
        "response_filters": [
            {
                "type": "HttpResponseFilter",
                "action": "FAIL",
                "http_codes": [401],
                "error_message": "{{ config['api_key'] }} is refused by {{ response.error }}",
            }
        ],
    }
    shop.fail("/people", fault, after=1, times=3)
    source = connector(shop.url, people(requester={**in_query, "error_handler": spoken}))
    with caplog.at_level(logging.DEBUG):
        said = list(source.read(["people"], {}))
    records = [record.__dict__ for record in caplog.records]
    assert any("people" in record["message"] for record in records)
    errors = [message.error for message in said if isinstance(message, StreamFailure)]
    assert errors
    assert not leaks([*said, *errors, *records, caplog.text, source], [SECRET])


def test_pitfall_13_a_manifest_cannot_name_code(shop: Shop) -> None:
    evil = {
        "type": "RecordSelector",
        "extractor": {"type": "CustomRecordExtractor", "class_name": "subprocess.Popen"},
    }
    reading = read_all(connector(shop.url, people(record_selector=evil)), ["people"])["people"]
    assert "subprocess.Popen" in str(reading.failures[0].error)
    assert not shop.requests
