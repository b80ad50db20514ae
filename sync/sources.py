"""Sources as the engine uses them: their config in plain text, their connector, their mapping."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import ValidationError

from connectors.protocol import ANY_STREAM, Connector, Rotating, StreamSpec
from connectors.registry import connect, spec
from daifuku.errors import ConfigError, NotFoundError, UserError
from daifuku.logs import redactor
from daifuku.records import MappingResult, RejectedRecord, SourceRecord
from daifuku.secrets import SecretBox, open_passwords, plain_secrets
from daifuku.storage.engine import Store
from daifuku.storage.repositories import sources
from daifuku.storage.repositories.sources import SourceRow
from mapping.engine import apply_mapping
from mapping.loader import load_mapping
from mapping.rules import Mapping as RecordMapping
from sync.mappings import builtin_mapping
from sync.patience import patiently
from sync.schedules import CatchUp, Schedule
from sync.standing import Mapper

if TYPE_CHECKING:
    from connectors.oauth import Renewal  # the HTTP client is slow to load

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


def add_source(
    store: Store,
    box: SecretBox,
    name: str,
    connector: str,
    config: Mapping[str, Any],
    *,
    mapping: str | None = None,
    schedule: Schedule | None = None,
) -> SourceRow:
    """Add a source. With a schedule its first run is due at once.

    Raises:
        UserError: the name or the mapping will not do, or the name is taken.
        ConfigError: the config does not fit the connector.
        NotFoundError: no connector has that name, or it has no built-in mapping.
    """
    if not _NAME.fullmatch(name):
        raise UserError(
            f"{name!r} cannot name a source.",
            hint="Use up to 63 lower-case letters, digits, - and _.",
        )
    if mapping is None:
        builtin_mapping(connector)
    else:
        load_mapping(mapping)
    now = datetime.now(UTC)
    row = SourceRow(
        id=name,
        connector=connector,
        config=sealed_config(box, name, connector, config),
        mapping=mapping,
        interval_seconds=schedule.interval_seconds if schedule else None,
        cron=schedule.cron if schedule else None,
        time_zone=schedule.time_zone if schedule else None,
        jitter_seconds=schedule.jitter_seconds if schedule else 0.0,
        catch_up=schedule.catch_up if schedule else CatchUp.ONCE,
        occurrence_at=now if schedule else None,
        next_run_at=now if schedule else None,
    )
    with store.write() as tx:
        sources.add(tx, row, at=now)
    return row


def sealed_config(
    box: SecretBox, source: str, connector: str, config: Mapping[str, Any]
) -> dict[str, Any]:
    """The config as it is stored: checked against the connector, its secrets encrypted.

    Raises:
        ConfigError: it does not fit; the message names each field, never its value.
    """
    try:
        parsed = spec(connector).config.model_validate(dict(config))
    except ValidationError:
        connect(connector, config)  # says what does not fit
        raise ConfigError(f"The settings of a {connector} source do not fit.") from None
    dumped = parsed.model_dump(mode="python", exclude_unset=True)
    redactor.add(plain_secrets(dumped))
    sealed = box.seal(dumped, source=source)
    for field in open_passwords(sealed):
        raise ConfigError(
            f"The setting {field} holds a password within an address, where all could read it.",
            hint="Leave it out there; credentials have settings of their own.",
        )
    plain: dict[str, Any] = orjson.loads(orjson.dumps(sealed, default=str))
    return plain


def opened_config(box: SecretBox, row: SourceRow) -> dict[str, Any]:
    """The config in plain text. Its secrets are masked in logs from here on."""
    config: dict[str, Any] = box.open(
        row.config, source=row.id, reveal=lambda secret: redactor.add([secret])
    )
    return config


def connect_source(box: SecretBox, row: SourceRow, renewal: "Renewal | None" = None) -> Connector:
    """The source's connector, ready to read. `renewal` sees to its OAuth tokens.

    Raises:
        ConfigError: the stored config does not fit the connector any more.
    """
    return connect(row.connector, opened_config(box, row), renewal=renewal)


def keeping_rotated(store: Store, box: SecretBox, source: str, connector: Connector) -> Connector:
    """The connector, which from now on has credentials that its source rotates kept at once."""
    if isinstance(connector, Rotating):
        connector.keep_with(lambda fields: update_config(store, box, source, fields, rotated=True))
    return connector


def streams_of(connector: Connector) -> list[StreamSpec]:
    """The streams to read: those the connector declares, or those found at the source where it
    declares any, such as the tables of a database.

    Raises:
        SourceError: the source was asked and cannot be reached.
    """
    declared = list(connector.spec.streams)
    if any(spec.name == ANY_STREAM for spec in declared):
        return [info.spec for info in connector.discover()]
    return declared


def refuse_unknown_streams(row: SourceRow, names: Collection[str]) -> None:
    """Refuse names that no stream of the source has, where its connector declares them all.

    Raises:
        NotFoundError: there is no such stream.
    """
    declared = [stream.name for stream in spec(row.connector).streams]
    unknown = sorted(set(names) - set(declared))
    if unknown and ANY_STREAM not in declared:
        raise NotFoundError(
            f"{row.id} has no stream {', '.join(unknown)}.", hint=f"Known: {', '.join(declared)}."
        )


def update_config(
    store: Store,
    box: SecretBox,
    source: str,
    fields: Mapping[str, Any],
    *,
    rotated: bool = False,
) -> None:
    """Store new values of some config fields, however long a busy store has to be waited for.

    With `rotated` they are credentials that the source changed by itself: those with an access
    token that expires before the stored one are older than it, and replace nothing.
    """

    def write() -> None:
        with store.write() as tx:
            row = sources.get(tx, source, for_update=True)
            config = opened_config(box, row)
            if rotated and _expires_sooner(fields, config):
                return
            sealed = sealed_config(box, source, row.connector, config | dict(fields))
            sources.set_config(tx, source, sealed, datetime.now(UTC))

    patiently(write)


def _expires_sooner(fields: Mapping[str, Any], held: Mapping[str, Any]) -> bool:
    moments = [one.get("access_token_expires_at") for one in (fields, held)]
    new, old = (datetime.fromisoformat(text) if text else None for text in moments)
    return new is not None and old is not None and new < old


def mapping_of(row: SourceRow) -> RecordMapping:
    """The source's own mapping, or its connector's built-in one."""
    if row.mapping is not None:
        return load_mapping(row.mapping, where=f"the mapping of {row.id}")
    return builtin_mapping(row.connector)


def mapper_of(row: SourceRow) -> Mapper:
    """What maps the source's records."""
    return mapper_with(mapping_of(row))


def mapper_with(mapping: RecordMapping) -> Mapper:
    """What maps records by this mapping."""

    def apply(record: SourceRecord) -> MappingResult | RejectedRecord:
        return apply_mapping(mapping, record)

    return apply


def set_schedule(store: Store, source: str, schedule: Schedule | None) -> None:
    """Let the source run by this schedule from now on, or by hand only.

    Raises:
        NotFoundError: no source has that name.
        UserError: the schedule names a date that never comes.
    """
    now = datetime.now(UTC)
    coming = schedule.occurrence(source, schedule.next_after(now)) if schedule else None
    with store.write() as tx:
        sources.set_schedule(
            tx,
            source,
            interval_seconds=schedule.interval_seconds if schedule else None,
            cron=schedule.cron if schedule else None,
            time_zone=schedule.time_zone if schedule else None,
            jitter_seconds=schedule.jitter_seconds if schedule else 0.0,
            catch_up=schedule.catch_up if schedule else CatchUp.ONCE,
            occurrence_at=coming.at if coming else None,
            next_run_at=coming.due if coming else None,
            at=now,
        )


def schedule_of(row: SourceRow) -> Schedule | None:
    """When the source runs by itself, if it does."""
    if row.interval_seconds is None and row.cron is None:
        return None
    return Schedule(
        row.interval_seconds,
        row.cron,
        row.time_zone or "UTC",
        row.jitter_seconds,
        CatchUp(row.catch_up),
    )
