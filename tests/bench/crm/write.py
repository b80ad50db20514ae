"""The CRM world in files: as the prepared table that matchers read, and as a raw CSV of people.

The prepared table is what a careful user's cleaning makes of the CSV: lower case, digits of
telephone numbers, full names beside short forms, mailbox names beside addresses, and nothing where
the source says "n/a". `entity_id` is the truth; no side may read it before it has clustered.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from tests.bench.crm.people import World, make_people
from tests.bench.crm.records import SOURCES, Records, canonical, make_records

MATCHED = (
    "first", "first_c", "last", "email", "uname", "phone", "dob", "street_no", "street_nm",
    "city", "postcode", "company", "cust_no",
)  # fmt: skip
_CHUNK = 500_000
_ROW_GROUP = 125_000
_RECORDS_A_PERSON = 2.84
_JUNK_NAMES = ("n/a", "unknown", "test", "-")
_JUNK_PHONES = ("0000000000", "000-000-0000", "n/a")


def write_table(path: Path, records: int, seed: int) -> None:
    """Write the prepared table as Parquet: `MATCHED`, unique_id, entity_id and source."""
    writer = None
    try:
        for start, chunk, _ in _chunks(records, seed):
            table = _prepared(start, chunk)
            writer = writer or pq.ParquetWriter(path, table.schema)
            writer.write_table(table, row_group_size=_ROW_GROUP)
    finally:
        if writer:
            writer.close()


def write_csv(path: Path, records: int, seed: int) -> None:
    """Write what the sources hold as CSV, and the truth beside it as `<name>.truth.csv`."""
    truth = path.with_suffix(".truth.csv")
    with path.open("wb") as people, truth.open("wb") as answers:
        for start, chunk, rng in _chunks(records, seed):
            header = pyarrow.csv.WriteOptions(include_header=start == 0)
            pyarrow.csv.write_csv(_raw(start, chunk, rng), people, header)
            ids = _ids(start, len(chunk.person))
            pairs = pa.table({"ID": ids, "entity_id": chunk.person})
            pyarrow.csv.write_csv(pairs, answers, header)


def _chunks(records: int, seed: int) -> Iterator[tuple[int, Records, np.random.Generator]]:
    """The records in shuffled order, with the number of each chunk's first and its generator."""
    rng = np.random.default_rng(seed)
    count = int(records / _RECORDS_A_PERSON) + 1
    world = World(rng, count)
    people = make_people(rng, world, count)
    person = _bearers(rng, count, records)
    source = rng.choice(len(SOURCES), size=records, p=[0.28, 0.24, 0.2, 0.12, 0.16])
    for number, start in enumerate(range(0, records, _CHUNK)):
        rows = slice(start, start + _CHUNK)
        own = np.random.default_rng([seed, number])
        yield start, make_records(own, world, people, person[rows], source[rows]), own


def _bearers(rng: np.random.Generator, people: int, records: int) -> npt.NDArray[np.int32]:
    """The person of each record, shuffled: one a person and more for those who are active."""
    active = rng.gamma(1.67, 1 / 1.67, people)
    more = rng.choice(people, size=max(0, records - people), p=active / active.sum())
    everyone = np.concatenate([np.arange(people), more])[:records]
    return rng.permutation(everyone).astype(np.int32)


def _prepared(start: int, records: Records) -> pa.Table:
    columns = records.columns | {"first_c": canonical(records.columns["first"])}
    count = len(records.person)
    return pa.table(
        {name: columns[name] for name in MATCHED}
        | {
            "unique_id": np.arange(start, start + count),
            "entity_id": records.person,
            "source": pa.array(SOURCES).take(records.source),
        }
    )


def _raw(start: int, records: Records, rng: np.random.Generator) -> pa.Table:
    columns, count = records.columns, len(records.person)

    def junk(words: tuple[str, ...], rows: npt.NDArray[np.bool_], values: pa.Array) -> pa.Array:
        return pc.if_else(
            pa.array(rows), pa.array(words).take(rng.integers(0, len(words), count)), values
        )

    upper = pa.array(rng.random(count) < 0.06)
    first, last = (
        junk(_JUNK_NAMES, records.no_name, pc.if_else(upper, pc.utf8_upper(v), pc.utf8_title(v)))
        for v in (columns["first"], columns["last"])
    )
    handle = pc.if_else(columns["email"].is_valid(), pa.scalar(None, pa.string()), columns["uname"])
    street = pc.binary_join_element_wise(
        columns["street_no"], pc.utf8_title(columns["street_nm"]), " "
    )
    return pa.table(
        {
            "ID": _ids(start, count),
            "Source": pa.array(SOURCES).take(records.source),
            "First name": first,
            "Last name": last,
            "Email": columns["email"],
            "Social handle": handle,
            "Phone": junk(_JUNK_PHONES, records.no_phone, _phone_formats(columns["phone"], rng)),
            "Date of birth": columns["dob"],
            "Address": street,
            "City": pc.utf8_title(columns["city"]),
            "Postcode": columns["postcode"],
            "Company": pc.utf8_title(columns["company"]),
            "Customer no": columns["cust_no"],
        }
    )


def _ids(start: int, count: int) -> pa.Array:
    return pa.array(np.arange(start, start + count))


def _phone_formats(digits: pa.Array, rng: np.random.Generator) -> pa.Array:
    shapes = [
        digits,
        pc.replace_substring_regex(digits, r"(...)(...)(....)", r"(\1) \2-\3"),
        pc.replace_substring_regex(digits, r"(...)(...)(....)", r"+1 \1 \2 \3"),
    ]
    return pc.choose(pa.array(rng.integers(0, 3, len(digits))), *shapes)
