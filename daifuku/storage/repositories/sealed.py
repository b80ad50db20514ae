"""Everything in the store that has encrypted secrets in it, wherever it is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Column, select, update

from daifuku.storage.engine import Transaction
from daifuku.storage.tables import notice_target, sign_in, source


@dataclass(frozen=True, slots=True)
class _Place:
    """A column of JSON with secrets in it; `owner` says what they are bound to, by the row."""

    key: Column[Any]
    value: Column[Any]
    owner: Callable[[Any], str]


_PLACES = (
    _Place(source.c.id, source.c.config, lambda row: str(row.id)),
    _Place(notice_target.c.name, notice_target.c.config, lambda row: f"notice:{row.name}"),
    _Place(sign_in.c.digest, sign_in.c.verifier, lambda row: f"sign-in {row.source}"),
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """One row's JSON, and the `source` that its secrets were sealed with."""

    place: _Place
    key: Any
    owner: str
    config: Mapping[str, Any]


def every(tx: Transaction, *, for_update: bool = False) -> Iterator[Sealed]:
    """Every row that may have secrets; with `for_update` none changes until the end of `tx`."""
    for place in _PLACES:
        wanted = select(place.key.table).order_by(place.key)
        for row in tx.execute(wanted.with_for_update() if for_update else wanted).all():
            yield Sealed(
                place,
                row._mapping[place.key],
                place.owner(row),
                orjson.loads(row._mapping[place.value]),
            )


def replace(tx: Transaction, row: Sealed, config: Mapping[str, Any]) -> None:
    """Store another JSON in the row's place. Nothing else of the row changes."""
    place = row.place
    tx.execute(
        update(place.key.table)
        .where(place.key == row.key)
        .values({place.value: orjson.dumps(config)})
    )
