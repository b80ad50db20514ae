"""Writes the demo world's people twice: as canonical records, and as the columns Splink wants."""

import pickle
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from daifuku.records import Entity
from demo.world import generate
from demo.world.mapped import mapped_records
from identity.features import Features, features


def prepare(folder: Path, records: int, seed: int) -> int:
    """Fill `folder` with records.pickle, truth.pickle and columns.parquet; returns the count."""
    people = [
        (record, truth)
        for record, truth in mapped_records(generate(seed, records))
        if record.entity is Entity.PERSON and truth
    ]
    (folder / "records.pickle").write_bytes(pickle.dumps([record for record, _ in people]))
    (folder / "truth.pickle").write_bytes(pickle.dumps([truth for _, truth in people]))
    rows = [_columns(number, features(record)) for number, (record, _) in enumerate(people)]
    pq.write_table(pa.Table.from_pylist(rows), folder / "columns.parquet")
    return len(rows)


def _columns(number: int, value: Features) -> dict[str, object]:
    name = value.name
    address = value.addresses[0] if value.addresses else None
    return {
        "unique_id": number,
        "family": (name.family or name.full) or None,
        "given": name.given or None,
        "family_key": (name.family_keys or (None,))[0],
        "given_key": (name.given_keys or (None,))[0],
        "birth_date": value.birth_date or None,
        "email": value.emails[0].address if value.emails else None,
        "phone": value.phones[0].e164 if value.phones else None,
        "town": address.town_key or None if address else None,
        "address": address.key or None if address else None,
        "postal_code": address.postal_code or None if address else None,
        "identifier": "|".join(value.identifiers[0]) if value.identifiers else None,
    }
