"""An API over a store with a few resolved records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.http.app import create_app
from daifuku.records import Address, Entity, Identifier, MappedRecord, RecordKey
from daifuku.secrets import load_box
from daifuku.settings import Settings
from daifuku.storage.engine import Store
from daifuku.storage.repositories import keys
from sync.resolution import resolve_pending
from tests.support.landed import land

SEEN = datetime(2026, 4, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Api:
    """A client with a key, one without, and the store beneath."""

    client: TestClient
    anonymous: TestClient
    store: Store


def customer(source: str, external_id: str, **fields: object) -> MappedRecord:
    return MappedRecord(
        key=RecordKey(source, "customers", external_id),
        entity=Entity.PERSON,
        observed_at=SEEN,
        **fields,  # type: ignore[arg-type] - a factory of whatever the test names
    )


@pytest.fixture
def api(store: Store, tmp_path: Path) -> Iterator[Api]:
    settings = Settings(home=tmp_path)
    app = create_app(store, settings, load_box(settings))
    with store.write() as tx:
        key = keys.create(tx, "tests", SEEN, keys.Scope.STEWARD)
    with (
        TestClient(app, headers={"Authorization": f"Bearer {key}"}) as client,
        TestClient(app) as anonymous,
    ):
        yield Api(client, anonymous, store)


@pytest.fixture
def hanako(api: Api) -> str:
    """The golden id of a person two systems know."""
    shared = {"emails": ("hanako@example.jp",), "birth_date": "1980-04-01"}
    erp = customer(
        "erp",
        "C-1",
        family_name="佐藤",
        given_name="花子",
        phones=("090-1111-2222",),
        addresses=(Address(text="東京都千代田区丸の内1-2-3"),),
        identifiers=(Identifier("erp_customer", "C-1"),),
        **shared,
    )
    shop = customer("shop", "9", name="サトウ ハナコ", phones=("09011112222",), **shared)
    land(api.store, [erp, shop])
    resolve_pending(api.store)
    found = api.client.get("/v1/profiles/lookup", params={"email": "hanako@example.jp"}).json()
    return str(found["profiles"][0]["id"])
