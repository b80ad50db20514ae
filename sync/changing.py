"""Changes the settings and the mapping of a source that is there already, or removes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from daifuku.errors import UserError
from daifuku.secrets import MASK, SecretBox, is_sealed
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs, notices, sources
from daifuku.storage.repositories.sources import SourceRow
from mapping.loader import load_mapping
from sync.jobs.asking import sync_key
from sync.mappings import builtin_mapping
from sync.sources import opened_config, sealed_config


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is to be changed of a source; the rest stays.

    `settings` go into those there are, section by section: what is masked in them stays as it is.
    `without` names settings that go back to their defaults, with dots into sections. `mapping` is
    the text of a new one, and `builtin` goes back to the connector's own.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    without: Sequence[str] = ()
    mapping: str | None = None
    builtin: bool = False


def change_source(store: Store, box: SecretBox, name: str, changes: Changes) -> SourceRow:
    """Change a source, from its next run on; it stays paused if it is. The source as it is then.

    Raises:
        NotFoundError: no source has that name, or its connector has no mapping of its own.
        ConfigError: the settings do not fit the connector any more.
        MappingError: the mapping is wrong.
        UserError: a setting that is to go is not there.
    """
    now = datetime.now(UTC)
    with store.write() as tx:
        row = sources.get(tx, name, for_update=True)
        if changes.settings or changes.without:
            # Before it is opened: a secret whose key is lost can be replaced.
            config = _merged(row.config, changes.settings)
            for path in changes.without:
                config = _less(config, path)
            opened = opened_config(box, replace(row, config=config))
            sources.set_config(tx, name, sealed_config(box, name, row.connector, opened), now)
        if changes.mapping is not None:
            load_mapping(changes.mapping)
            sources.set_mapping(tx, name, changes.mapping, now)
        elif changes.builtin:
            builtin_mapping(row.connector)
            sources.set_mapping(tx, name, None, now)
        return sources.get(tx, name)


def remove_source(store: Store, name: str) -> None:
    """Forget a source and its settings, what was amiss with it, and its sync that waits.

    Its records stay.

    Raises:
        NotFoundError: no source has that name.
    """
    now = datetime.now(UTC)
    with store.write() as tx:
        sources.get(tx, name)
        sources.remove(tx, name)
        notices.close_incidents(tx, name, now)
        for job in jobs.live_ones(tx, [sync_key(name)]):
            jobs.discard(tx, job.id, now)


def _merged(held: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    config = dict(held)
    for key, value in new.items():
        before = held.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping) and not is_sealed(before):
            config[key] = _merged(before, value)
        elif not (value == MASK and key in held):
            config[key] = value
    return config


def _less(config: Mapping[str, Any], path: str) -> dict[str, Any]:
    first, _, rest = path.partition(".")
    if first not in config or (rest and not isinstance(config[first], Mapping)):
        raise UserError(f"The setting {path!r} is not set.", hint="`daifuku source show` lists it.")
    if rest:
        return {**config, first: _less(config[first], rest)}
    return {key: value for key, value in config.items() if key != first}
