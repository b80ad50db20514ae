"""The suggested mapping of a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from daifuku.errors import MappingError
from daifuku.records.mapped import Entity
from mapping.faults import nearest
from mapping.suggest import contents
from mapping.suggest.columns import ColumnGuess, guess_column
from mapping.suggest.layout import Layout
from mapping.suggest.names import TARGETS
from mapping.suggest.render import rendered
from mapping.text import one_line, texts_of
from mapping.unmappable import Unmappable

_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class SuggestedMapping:
    """A mapping of a table's columns, to be used as it is or edited.

    `entity` is what most rows stand for; `mixed` tells that single rows name the other.
    `id_column` holds an id that is different in every row seen, if any column does.
    """

    columns: tuple[ColumnGuess, ...]
    entity: Entity
    mixed: bool = False
    id_column: str | None = None
    connector: str = "file"
    stream: str = "*"

    def to_yaml(self) -> str:
        """The mapping as a file to load, with the reasons as comments."""
        plan = {
            "version": 1,
            "connector": self.connector,
            "streams": {self.stream: {"records": self._records()}},
        }
        return "".join(f"# {line}\n" for line in self._comments()) + rendered(plan)

    def _records(self) -> list[dict[str, Any]]:
        return Layout(self.columns, self.entity, mixed=self.mixed).records()

    def _comments(self) -> list[str]:
        return [
            f"{one_line(guess.column)}: {guess.target} ({guess.confidence:.0%}, {guess.why})"
            for guess in self.columns
        ]


def suggest(
    columns: Sequence[str],
    samples: Sequence[Mapping[str, Any]],
    *,
    overrides: Mapping[str, str] | None = None,
    connector: str = "file",
    stream: str = "*",
) -> SuggestedMapping:
    """A mapping for the rows of a table, from its column names and some of its rows.

    `overrides` says of a column which target it has (`emails`, `address.city`, `ignore`, ...).

    Raises:
        MappingError: an override names no column of the table or no target, or no column at all
            says who a row is.
    """
    values = {column: _values(column, samples) for column in columns}
    guesses = [guess_column(column, values[column]) for column in columns if column]
    guesses = _overridden(guesses, overrides or {})
    entity, mixed = _entity(guesses, values)
    guesses = [_settled(guess, guesses, values) for guess in guesses]
    suggestion = SuggestedMapping(
        columns=tuple(guesses),
        entity=entity,
        mixed=mixed,
        id_column=_id_column(guesses, values, rows=len(samples[:_SAMPLE])),
        connector=connector,
        stream=stream,
    )
    if not any(record["fields"] for record in suggestion._records()):
        message = "None of the columns says who a row is."
        hint = f"Name them, e.g. name, email or 氏名. Found: {', '.join(map(repr, columns))}."
        raise MappingError(message, hint=hint)
    return suggestion


def _values(column: str, samples: Sequence[Mapping[str, Any]]) -> list[str]:
    """The present values of a column in the first rows, as texts."""
    found: list[str] = []
    for row in samples[:_SAMPLE]:
        try:
            found.extend(texts_of(row.get(column)))
        except Unmappable:
            continue
    return found


def _overridden(guesses: list[ColumnGuess], overrides: Mapping[str, str]) -> list[ColumnGuess]:
    known = [guess.column for guess in guesses]
    for column, target in overrides.items():
        if column not in known:
            raise MappingError(f"There is no column {column!r}.", hint=nearest(column, known))
        if target not in TARGETS:
            raise MappingError(f"There is no field {target!r}.", hint=nearest(target, TARGETS))
    return [
        ColumnGuess(guess.column, overrides[guess.column], 1.0, "as told", guess.group)
        if guess.column in overrides
        else guess
        for guess in guesses
    ]


def _entity(guesses: list[ColumnGuess], values: Mapping[str, list[str]]) -> tuple[Entity, bool]:
    """What the rows stand for, and whether some of them stand for the other."""
    targets = {guess.target for guess in guesses}
    names = [value for g in guesses if g.target == "name" for value in values[g.column]]
    companies = contents.share(names, contents.is_organization)
    if targets & {"family_name", "given_name", "name_kana", "family_kana", "birth_date", "gender"}:
        return Entity.PERSON, companies > 0
    if companies > 0.6 or (not names and targets & {"organization", "corporate_number"}):
        return Entity.ORGANIZATION, False
    return Entity.PERSON, companies > 0 and "organization" not in targets


def _settled(
    guess: ColumnGuess, guesses: list[ColumnGuess], values: Mapping[str, list[str]]
) -> ColumnGuess:
    """A `name` beside a family name and no given name is a given name; 名 alone is a name."""
    targets = {other.target for other in guesses}
    held = values[guess.column]
    one_word = contents.share(held, lambda value: len(value.split()) == 1) > 0.8
    beside = "family_name" in targets and "given_name" not in targets
    if guess.target == "name" and beside and one_word:
        return replace(guess, target="given_name", why="a name beside a family name")
    if guess.target == "given_name" and not targets & {"family_name", "name"}:
        return replace(guess, target="name", why="the only name there is")
    return guess


def _id_column(
    guesses: list[ColumnGuess], values: Mapping[str, list[str]], *, rows: int
) -> str | None:
    for wanted in ("record_id", "identifier.customer_number"):
        for guess in guesses:
            held = values[guess.column]
            if guess.target == wanted and rows and len(held) == rows == len(set(held)):
                return guess.column
    return None
