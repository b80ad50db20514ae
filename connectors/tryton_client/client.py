"""Searches a Tryton database over REST."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self
from urllib.parse import quote

from connectors.http import HttpSource
from connectors.tryton_client.config import TrytonConfig
from connectors.tryton_client.wire import parameter, plain
from daifuku.errors import ConfigError, TransientError

Row = dict[str, Any]
Order = Sequence[tuple[str, str]]

BY_ID: Order = (("id", "ASC"),)


class TrytonClient:
    """A session with one database; use it as a context manager."""

    def __init__(self, config: TrytonConfig) -> None:
        self._path = f"{quote(config.database, safe='')}/rest/model"
        key = config.application_key.get_secret_value()
        self._http = HttpSource(
            config.base_url,
            headers={"authorization": f"bearer {key}"},
            outgoing=config,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def search(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        *,
        order: Order = BY_ID,
        size: int,
        inactive: bool = False,
    ) -> list[Row]:
        """Up to `size` rows of `model`; with `inactive` also those that were archived.

        Raises:
            ConfigError: the key is refused, or its user may not read the model.
            SourceError: as `HttpSource.get_json`.
        """
        params: dict[str, str | int | Sequence[str]] = {
            "d": parameter(list(domain)),
            "f": list(fields),
            "o": parameter([list(term) for term in order]),
            "s": size,
        }
        headers = {"x-tryton-context": parameter({"active_test": False})} if inactive else {}
        try:
            found = self._http.get_json(f"{self._path}/{model}", params, headers)
        except ConfigError as error:
            raise ConfigError(
                f"{error.message[:-1]} for {model}.",
                hint=f"{error.hint} The application key must be validated, and its user"
                f" allowed to read {model}.",
            ) from None
        return self._rows(model, found)

    def listing(
        self,
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        *,
        size: int,
    ) -> Iterator[Row]:
        """Every row of `model`, archived ones included, by id, over as many pages as it takes.

        Only an empty page ends it: a server that gives shorter pages than asked for must not
        make the rest look deleted.
        """
        last = 0
        while True:
            page = self.search(
                model, [*domain, ["id", ">", last]], fields, size=size, inactive=True
            )
            if not page:
                return
            yield from page
            last = advanced(model, last, page[-1]["id"])

    def absent(self, models: Sequence[str]) -> frozenset[str]:
        """Those of `models` that the database does not have: their module is not activated."""
        found = self.search("ir.model", [["name", "in", list(models)]], ["name"], size=len(models))
        return frozenset(models) - {row.get("name") for row in found}

    def _rows(self, model: str, found: Any) -> list[Row]:
        try:
            rows = plain(found)
        except (KeyError, ValueError, TypeError):
            rows = None
        if not isinstance(rows, list) or not all(
            isinstance(row, Mapping) and isinstance(row.get("id"), int) for row in rows
        ):
            raise TransientError(
                f"{self._http.origin} answered something else than rows of {model}.",
                hint="Check that the address is that of a Tryton server, version 8.2 or later.",
            )
        return rows


def advanced(model: str, before: Any, after: Any) -> Any:
    """`after`, which must lie past `before`: a server that repeats a page would never end.

    Raises:
        TransientError: it does not.
    """
    if after <= before:
        raise TransientError(f"The server repeats the same page of {model}.")
    return after
