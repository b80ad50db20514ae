"""A small table model and made-up tables for it, few in values so that rows collide."""

import random

import pyarrow as pa

from identity.model.load import parse_model
from identity.model.types import Model

PEOPLE = """
version: people-1
key: id
columns:
  first: {clean: [trim, lower]}
  last: {clean: [trim, lower]}
  born: {}
  city: {missing: [unknown]}
  phone: {clean: [digits]}
  year: {of: born, characters: 1-4}
  turned: {of: born, matching: "^(....)-(..)-(..)$", as: '\\1-\\3-\\2'}
thresholds: {match: 0.5, possible: 0.1}
comparisons:
  first:
    same: {when: same first, frequency: first}
    exchanged: {when: first exchanged with last}
    alike: {when: first alike 0.8}
    differ: {}
  last:
    same: {when: same last, frequency: last}
    one edit: {when: last within 1 edit}
    differ: {}
  born:
    same: {when: same born}
    near: {when: [born same as turned, born within 1 slip]}
    year: {when: same year}
    differ: {}
  place:
    missing: [city missing on both sides, city missing opposite missing phone]
    same: {when: same city and same phone, frequency: phone}
    city: {when: same city, frequency: city}
    differ: {}
blocking:
  name: {same: [first, last], cap: 100}
  birth: {same: [born], cap: 100}
  phone: {same: [phone], cap: 100}
clustering: {clip: 20, doubt: 2, conflict: 0.5, max_size: 50}
"""
"""An untrained model that uses every check there is."""

FIRSTS = ("anna", "Anne", "hanna", "bob", "rob", "maria", "sato", "健太", "由美")
LASTS = ("sato", "saito", "smith", "smyth", "bob", "田中", "渡辺")


def untrained() -> Model:
    """The model of PEOPLE."""
    return parse_model(PEOPLE)


def people(count: int, seed: int, *, cities: int = 3) -> pa.Table:
    """A table of people, some of them several times with slips, and who each really is."""
    chance = random.Random(seed)
    rows: list[dict[str, str | None]] = []
    while len(rows) < count:
        day = f"19{chance.randrange(60, 99)}-0{chance.randrange(1, 9)}-1{chance.randrange(9)}"
        one = {
            "first": chance.choice(FIRSTS),
            "last": chance.choice(LASTS),
            "born": day,
            "city": f"city {chance.randrange(cities)}",
            "phone": f"{chance.randrange(10**6):06}",
            "who": str(len(rows)),
        }
        rows += [_slipped(one, chance) for _ in range(chance.choice((1, 1, 2, 3)))]
    del rows[count:]
    for number, row in enumerate(rows):
        row["id"] = f"r{number:05}"
    return pa.Table.from_pylist(rows)


def _slipped(row: dict[str, str], chance: random.Random) -> dict[str, str | None]:
    kept: dict[str, str | None] = dict(row)
    for name in ("first", "last", "born", "city", "phone"):
        if chance.random() < 0.15:
            kept[name] = None
    if chance.random() < 0.1:
        kept["city"] = "unknown"
    if chance.random() < 0.2 and kept["last"]:
        kept["last"] = f"{kept['last']}x"
    return kept
