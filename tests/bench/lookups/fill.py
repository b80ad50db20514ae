"""A store with many golden records, for the lookup benchmark."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
from sqlalchemy import insert

from daifuku.storage.engine import open_store
from daifuku.storage.repositories.keys import digest
from daifuku.storage.tables import api_key, golden_key, golden_record
from daifuku.storage.upgrade import upgrade

KEY = "dfk_benchmark"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def id_of(number: int) -> str:
    return f"p_{number:016d}"


def email_of(number: int) -> str:
    return f"person{number}@example.jp"


def fill(path: Path, profiles: int) -> None:
    """Make the store at `path` with that many golden records and one API key."""
    upgrade(f"sqlite:///{path}")
    store = open_store(f"sqlite:///{path}")
    with store.write() as tx:
        tx.execute(
            insert(api_key).values(
                name="benchmark", prefix="dfk_be", digest=digest(KEY), created_at=NOW
            )
        )
        for start in range(0, profiles, 10_000):
            numbers = range(start, min(start + 10_000, profiles))
            tx.execute(insert(golden_record), [_golden(number) for number in numbers])
            tx.execute(insert(golden_key), [_key(number) for number in numbers])
    store.close()


def _golden(number: int) -> dict[str, object]:
    body = orjson.dumps(
        {
            "id": id_of(number),
            "entity": "person",
            "version": 1,
            "fields": {
                "name": "山田太郎",
                "emails": [email_of(number)],
                "phones": ["+81312345678"],
            },
            "lineage": {"name": {"source": {"source": "erp", "stream": "c", "external_id": "1"}}},
            "records": [{"source": "erp", "stream": "customers", "external_id": str(number)}],
        }
    )
    return {
        "id": id_of(number),
        "entity": "person",
        "version": 1,
        "body": body,
        "state": "active",
        "merged_into": None,
        "created_at": NOW,
        "updated_at": NOW,
    }


def _key(number: int) -> dict[str, object]:
    return {"kind": "email", "value": email_of(number), "golden_id": id_of(number)}
