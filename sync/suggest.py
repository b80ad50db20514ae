"""Suggests a mapping for a source whose columns are its owner's own: files and databases."""

from collections.abc import Mapping
from itertools import islice
from typing import Any

import yaml

from connectors import registry
from connectors.protocol import Connector, Record, Rotating
from daifuku.errors import UserError
from mapping.suggest import suggest

SAMPLES = 200


def suggested_mapping(connector: str, config: dict[str, Any]) -> str:
    """A mapping in YAML for all streams of the source, from their columns and first records.

    Credentials that the source rotates meanwhile are changed in `config`.

    Raises:
        SourceError: the source cannot be read.
        UserError: it has no records to go by.
    """
    source = registry.connect(connector, config)
    if isinstance(source, Rotating):
        source.keep_with(config.update)
    streams: dict[str, Any] = {}
    for info in source.discover():
        samples = _samples(source, info.spec.name)
        columns = list(dict.fromkeys(name for sample in samples for name in sample))
        if columns:
            suggestion = suggest(columns, samples, connector=connector, stream=info.spec.name)
            streams |= yaml.safe_load(suggestion.to_yaml())["streams"]
    if not streams:
        raise UserError(
            "The source has no records to suggest a mapping from.",
            hint="Give one of your own with --mapping FILE.",
        )
    plan = {"version": 1, "connector": connector, "streams": streams}
    return yaml.safe_dump(plan, allow_unicode=True, sort_keys=False)


def _samples(source: Connector, stream: str) -> list[Mapping[str, Any]]:
    records = (message for message in source.read([stream], {}) if isinstance(message, Record))
    return [record.data for record in islice(records, SAMPLES)]
