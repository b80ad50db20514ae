"""Two sources with the same host and different credentials never see each other's data."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import SecretStr

from connectors.http import HttpSource
from connectors.oauth import Tokens
from connectors.outgoing import Outgoing
from demo.simulators.http import Request, Response, Simulator
from demo.simulators.oauth import AuthorizationServer
from tests.connectors.manifest.shop import (
    Settings,
    connector,
    people,
    records_at,
    requester,
)
from tests.contract.reading import read_all
from tests.support.signed import BY_ITSELF, Config

TENANTS = ("tenant-one", "tenant-two", "tenant-three")
ROUNDS = 4
PEOPLE = 120
PAGE = 50


class Office(Simulator):
    """One host with many tenants: who asks is known by the `x-key` header alone."""

    def __init__(self) -> None:
        super().__init__()
        self.route("GET", "/people", self.people)
        self.route("GET", "/people/{id}/pets", self.pets)

    def people(self, request: Request) -> Response:
        start = int(request.query.get("offset", 0))
        size = int(request.query.get("size", PAGE))
        numbers = range(start, min(start + size, PEOPLE))
        tenant = request.headers["x-key"]
        if request.headers.get("cookie", f"tenant={tenant}") != f"tenant={tenant}":
            return Response({"error": "whose cookie is that?"}, 400)
        found = [{"id": f"{number}", "of": tenant} for number in numbers]
        # Whoever keeps cookies or answers for a host hands one tenant's to another.
        headers = {"Cache-Control": "public, max-age=600", "Set-Cookie": f"tenant={tenant}"}
        return Response({"result": {"people": found}}, headers=headers)

    def pets(self, request: Request) -> Response:
        tenant = request.headers["x-key"]
        return Response({"result": [{"id": f"{request.params['id']}-pet", "of": tenant}]})


@pytest.fixture
def office() -> Iterator[Office]:
    with Office() as running:
        yield running


def side_by_side(read: Callable[[str], set[str]]) -> None:
    """Let every tenant read at once, several times, and see that each saw itself only."""
    gate = threading.Barrier(len(TENANTS))

    def rounds(tenant: str) -> None:
        for _ in range(ROUNDS):
            gate.wait()
            assert read(tenant) == {tenant}

    with ThreadPoolExecutor(len(TENANTS)) as pool:
        for done in [pool.submit(rounds, tenant) for tenant in TENANTS]:
            done.result()


def test_http_sources_side_by_side(office: Office) -> None:
    def read(tenant: str) -> set[str]:
        near = Outgoing(allow_private=True, tries=1)
        with HttpSource(office.url, headers={"x-key": tenant}, outgoing=near) as http:
            pages = [http.get_json("/people", {"offset": n}) for n in range(0, PEOPLE, PAGE)]
        return {person["of"] for page in pages for person in page["result"]["people"]}

    side_by_side(read)


def children() -> dict[str, Any]:
    """The pets of each person: the list of people is a parent, which the CDK would cache."""
    parent = {
        "type": "ParentStreamConfig",
        "parent_key": "id",
        "partition_field": "owner",
        "stream": {
            "type": "DeclarativeStream",
            **people(requester=requester("people?size=5", use_cache=True), paginator=None),
        },
    }
    return {
        "name": "pets",
        "primary_key": "id",
        "retriever": {
            "type": "SimpleRetriever",
            "requester": requester("people/{{ stream_partition.owner }}/pets"),
            "record_selector": records_at("result"),
            "partition_router": {
                "type": "SubstreamPartitionRouter",
                "parent_stream_configs": [parent],
            },
        },
    }


def test_manifests_with_parents_side_by_side(office: Office) -> None:
    def read(tenant: str) -> set[str]:
        config = Settings(url=office.url, api_key=SecretStr(tenant))
        source = connector(office.url, people(), children(), config=config)
        readings = read_all(source, ["people", "pets"])
        assert len(readings["people"].ids) == PEOPLE
        assert len(readings["pets"].ids) == 5
        return {str(r.data["of"]) for reading in readings.values() for r in reading.records}

    side_by_side(read)


class Issuer(AuthorizationServer):
    """Gives each client tokens of its own, and says whose token it is shown."""

    def __init__(self) -> None:
        super().__init__(client_secret="planted-client-secret")
        self.owners: dict[str, str] = {}
        self.route("GET", "/me", self.me)

    def token(self, request: Request) -> Response:
        client = dict(part.split("=") for part in request.body.decode().split("&"))["client_id"]
        with self.lock:
            token = f"token-{len(self.owners)}"
            self.owners[token] = client
        return Response({"access_token": token, "expires_in": 1})

    def me(self, request: Request) -> Response:
        token = request.headers["authorization"].removeprefix("Bearer ")
        return Response({"of": self.owners[token]})


def test_oauth_clients_side_by_side() -> None:
    with Issuer() as issuer:
        held = {
            tenant: Tokens(
                BY_ITSELF,
                Config(
                    site=issuer.url,
                    client_id=tenant,
                    client_secret=SecretStr("planted-client-secret"),
                    token_url=f"{issuer.url}/token",
                    allow_private=True,
                ),
            )
            for tenant in TENANTS
        }

        def read(tenant: str) -> set[str]:
            list(held[tenant].renewed())
            near = Outgoing(allow_private=True)
            with HttpSource(issuer.url, auth=held[tenant].auth(), outgoing=near) as http:
                return {http.get_json("/me")["of"]}

        side_by_side(read)
        assert len(issuer.owners) == len(TENANTS) * ROUNDS
