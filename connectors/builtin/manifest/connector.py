"""The `manifest` connector: `SPEC` says what it offers, `connect` builds it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.builtin.manifest.config import ManifestConfig, manifest_of
from connectors.low_code.config_model import AsGiven, config_model, given
from connectors.low_code.document import settings_schema, streams_of
from connectors.manifest.bounds import Bounds
from connectors.manifest.connector import ManifestConnector
from connectors.protocol import (
    ANY_STREAM,
    CheckResult,
    ConfigUpdate,
    ConnectorSpec,
    DeletePolicy,
    Keep,
    Message,
    StreamInfo,
    StreamSpec,
    StreamState,
)
from connectors.settings import plain
from daifuku.errors import ConfigError

SPEC = ConnectorSpec(
    name="manifest",
    title={"en": "Any low-code manifest", "ja": "ローコード定義(任意)"},
    kind="any",
    config=ManifestConfig,
    streams=(
        StreamSpec(ANY_STREAM, "as the manifest says", "as the manifest says", DeletePolicy.NONE),
    ),
)


def connect(config: ManifestConfig) -> "AnyManifest":
    """A connector to what the manifest describes."""
    return AnyManifest(config)


class AnyManifest:
    """Reads the streams that the manifest describes, with the settings it asks for."""

    def __init__(self, config: ManifestConfig) -> None:
        manifest = manifest_of(config.manifest)
        model = config_model("config", settings_schema(manifest))
        settings = given(model.model_validate(config.config))
        self._settings: dict[str, Any] = plain(settings)
        spec = replace(SPEC, streams=_streams(manifest, config))
        self._source = ManifestConnector(
            spec,
            manifest,
            AsGiven.model_validate(settings),
            ordered=config.ordered,
            bounds=Bounds.of(config),
        )

    @property
    def spec(self) -> ConnectorSpec:
        return self._source.spec

    def keep_with(self, keep: Keep) -> None:
        """As `Rotating` says."""
        self._source.keep_with(lambda fields: keep(self._changed(fields)))

    def check(self) -> CheckResult:
        return self._source.check()

    def discover(self) -> Sequence[StreamInfo]:
        return self._source.discover()

    def read(self, streams: Sequence[str], state: Mapping[str, StreamState]) -> Iterator[Message]:
        """As the protocol says."""
        return map(self._kept, self._source.read(streams, state))

    def _kept(self, message: Message) -> Message:
        """A rotated credential belongs to the manifest's settings, which are one of ours."""
        if isinstance(message, ConfigUpdate):
            return ConfigUpdate(self._changed(message.fields))
        return message

    def _changed(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        self._settings |= fields
        return {"config": dict(self._settings)}


def _streams(manifest: Mapping[str, Any], config: ManifestConfig) -> tuple[StreamSpec, ...]:
    found = streams_of(manifest)
    names = {stream.name for stream in found}
    for name in (*config.full_pass, *config.ordered):
        if name not in names:
            raise ConfigError(
                f"The manifest has no stream {name}.", hint=f"It has: {', '.join(sorted(names))}."
            )
    return tuple(
        replace(stream, deletes=DeletePolicy.FULL_PASS)
        if stream.name in config.full_pass
        else stream
        for stream in found
    )
