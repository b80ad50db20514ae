"""One table of people as a company's database has it, and the truth beside it."""

import pickle
import sqlite3
from pathlib import Path

from daifuku.records import Entity, MappedRecord
from demo.world import generate
from demo.world.mapped import mapped_records

COLUMNS = (
    "id",
    "name",
    "kana",
    "email",
    "phone",
    "postal_code",
    "address",
    "birth_date",
    "customer_number",
    "updated_at",
)


def fill(folder: Path, records: int, seed: int) -> int:
    """Write people.sqlite and truth.pickle; returns the number of people's records."""
    people = [
        (record, truth)
        for record, truth in mapped_records(generate(seed, records))
        if record.entity is Entity.PERSON and truth
    ]
    with sqlite3.connect(folder / "people.sqlite") as database:
        database.execute(f"create table people ({', '.join(COLUMNS)}, primary key (id))")
        marks = ", ".join("?" for _ in COLUMNS)
        rows = [_row(number, record) for number, (record, _) in enumerate(people)]
        database.executemany(f"insert into people values ({marks})", rows)
    database.close()
    (folder / "truth.pickle").write_bytes(pickle.dumps([truth for _, truth in people]))
    return len(people)


def _row(number: int, record: MappedRecord) -> tuple[str | None, ...]:
    name = record.name or "".join(filter(None, (record.family_name, record.given_name)))
    kana = record.name_kana or "".join(filter(None, (record.family_kana, record.given_kana)))
    address = record.addresses[0] if record.addresses else None
    return (
        str(number),
        name or record.display_name,
        kana or None,
        record.emails[0] if record.emails else None,
        record.phones[0] if record.phones else None,
        (address.postal_code or None) if address else None,
        address.one_line() if address else None,
        record.birth_date,
        record.identifiers[0].value if record.identifiers else None,
        record.observed_at.isoformat(),
    )
