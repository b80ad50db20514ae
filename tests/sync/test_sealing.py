"""The key that seals secrets can be changed: for all secrets at once or for none, repeatedly."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from daifuku.errors import SettingsError
from daifuku.secrets import SecretBox, masked
from daifuku.storage.engine import Store
from daifuku.storage.repositories import notices, sealed, sign_ins, sources
from daifuku.storage.repositories.sign_ins import SignIn
from daifuku.storage.tables import metadata, source
from sync.notices import targets
from sync.sealing import Seals, reseal, seals
from sync.sources import opened_config, update_config
from tests.support.scripted import BOX, add_scripted

NEW = "planted-new-key-of-the-tests"
CHANGING = SecretBox(NEW, ["another old key of the tests", "the key of the tests"])
CHANGED = SecretBox(NEW)

pytestmark = pytest.mark.usefixtures("scripted")


@pytest.fixture
def hub(store: Store) -> Store:
    """A store with secrets in every place where there can be some."""
    add_scripted(store, "shop", token="planted-shop")
    add_scripted(store, "crm", token="planted-crm")
    now = datetime.now(UTC)
    row = SignIn(
        source="shop",
        verifier=BOX.seal({"verifier": SecretStr("planted-verifier")}, source="sign-in shop"),
        redirect_uri="http://127.0.0.1/",
        expires_at=now,
    )
    with store.write() as tx:
        targets.add_target(
            tx, BOX, "ops", "https://hooks.example.com/planted-hook", secret="planted-signing"
        )
        sign_ins.begin(tx, "state", row, now=now)
    return store


def token_of(hub: Store, box: SecretBox, name: str) -> str:
    with hub.read() as tx:
        return str(opened_config(box, sources.get(tx, name))["token"])


def everything(hub: Store) -> list[Any]:
    with hub.read() as tx:
        return [tx.execute(select(table)).all() for table in metadata.sorted_tables]


def test_old_keys_still_open_secrets_and_new_ones_are_sealed_with_the_new_key(hub: Store) -> None:
    assert token_of(hub, CHANGING, "shop") == "planted-shop"
    update_config(hub, CHANGING, "shop", {"token": "planted-later"})
    assert token_of(hub, CHANGED, "shop") == "planted-later"
    assert seals(hub, CHANGING) == Seals(current=1, old=4)


def test_all_are_sealed_anew(hub: Store) -> None:
    assert seals(hub, CHANGING) == Seals(current=0, old=5)

    assert reseal(hub, CHANGING) == 5

    assert seals(hub, CHANGED) == Seals(current=5)
    assert token_of(hub, CHANGED, "shop") == "planted-shop"
    assert token_of(hub, CHANGED, "crm") == "planted-crm"
    with hub.write() as tx:
        [target] = notices.targets(tx)
        assert targets.opened(CHANGED, target)["secret"] == "planted-signing"
        found = sign_ins.take(tx, "state", now=datetime.min.replace(tzinfo=UTC))
    assert found is not None
    assert CHANGED.open(found.verifier, source="sign-in shop") == {"verifier": "planted-verifier"}
    with pytest.raises(SettingsError):
        token_of(hub, BOX, "shop")


def test_it_can_be_repeated(hub: Store) -> None:
    reseal(hub, CHANGING)
    before = everything(hub)
    assert reseal(hub, CHANGING) == 0
    assert everything(hub) == before


def test_nothing_else_of_a_row_changes(hub: Store) -> None:
    with hub.read() as tx:
        before = {row.id: row for row in sources.list_all(tx)}
    reseal(hub, CHANGING)
    with hub.read() as tx:
        for row in sources.list_all(tx):
            assert masked(row.config) == masked(before[row.id].config)
            assert row.updated_at == before[row.id].updated_at


def test_a_secret_that_does_not_open_leaves_all_as_they_were(hub: Store) -> None:
    with hub.write() as tx:
        config = tx.execute(select(source.c.config).where(source.c.id == "crm")).scalar_one()
        tx.execute(update(source).where(source.c.id == "shop").values(config=config))
    before = everything(hub)
    with pytest.raises(SettingsError, match="token of source shop"):
        reseal(hub, CHANGING)
    assert everything(hub) == before


def test_a_key_that_is_gone_is_told(hub: Store) -> None:
    assert seals(hub, CHANGED) == Seals(unknown=5)
    with pytest.raises(SettingsError, match="DAIFUKU_SECRET_KEYS_OLD"):
        reseal(hub, CHANGED)


def test_killed_half_way_all_are_as_they_were(hub: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class KilledError(BaseException):
        pass

    real, done = sealed.replace, []

    def replace(*arguments: Any) -> None:
        real(*arguments)
        done.append(1)
        if len(done) == 2:
            raise KilledError

    before = everything(hub)
    monkeypatch.setattr(sealed, "replace", replace)
    with pytest.raises(KilledError):
        reseal(hub, CHANGING)
    assert everything(hub) == before


def test_every_column_with_secrets_is_known(hub: Store) -> None:
    """A new table with sealed values must be named in `daifuku.storage.repositories.sealed`."""
    marked = {
        (table.name, column.name)
        for table, rows in zip(metadata.sorted_tables, everything(hub), strict=True)
        for row in rows
        for column, value in zip(table.columns, row, strict=True)
        if isinstance(value, bytes) and b'"$secret"' in value
    }
    with hub.read() as tx:
        known = {(row.place.value.table.name, row.place.value.name) for row in sealed.every(tx)}
    assert marked == known
    assert len(known) == 3
