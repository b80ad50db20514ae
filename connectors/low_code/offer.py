"""A folder with a manifest, offered as a connector: `connector.yaml` says what it is."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connectors.low_code.config_model import AsGiven, config_model, given
from connectors.low_code.document import key_text, read_manifest, settings_schema, streams_of
from connectors.manifest.bounds import Bounds
from connectors.manifest.connector import ManifestConnector
from connectors.outgoing import Outgoing
from connectors.protocol import Connector, ConnectorSpec, DeletePolicy, StreamSpec
from connectors.settings import faults_of
from daifuku.errors import ConfigError, UserError


class About(BaseModel):
    """A stream, where the manifest does not say it or says it otherwise."""

    model_config = ConfigDict(extra="forbid")

    primary_key: str | list[str] | None = None
    cursor: str | None = None
    deletes: Literal["none", "full_pass"] = "none"
    depends_on: tuple[str, ...] = ()
    ordered: bool = False


class Title(BaseModel):
    model_config = ConfigDict(extra="forbid")

    en: str = Field(min_length=1)
    ja: str = Field(min_length=1)


class Description(BaseModel):
    """What `connector.yaml` holds."""

    model_config = ConfigDict(extra="forbid")

    title: Title
    kind: Literal["email", "form", "social", "erp", "scm", "file", "sql", "any"]
    streams: dict[str, About] = Field(default_factory=dict)


def low_code(name: str, folder: Path) -> tuple[ConnectorSpec, Callable[[Any], Connector]]:
    """The spec of the connector that the folder's manifest makes, and what builds one.

    Raises:
        UserError: a file is missing or wrong; the message names it.
    """
    described = _description(folder / "connector.yaml")
    path = folder / "manifest.yaml"
    try:
        manifest = read_manifest(path.read_text(encoding="utf-8"), str(path))
        streams = streams_of(manifest)
        schema = settings_schema(manifest)
        model = config_model(name, schema, Outgoing)
    except (ConfigError, OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: {error}") from None
    unknown = set(described.streams) - {stream.name for stream in streams}
    if unknown:
        raise UserError(f"{folder / 'connector.yaml'}: the manifest has no stream {min(unknown)}.")
    spec = ConnectorSpec(
        name=name,
        title={"en": described.title.en, "ja": described.title.ja},
        kind=described.kind,
        config=model,
        streams=tuple(_completed(one, described.streams.get(one.name)) for one in streams),
    )
    ordered = [stream for stream, about in described.streams.items() if about.ordered]

    def connect(config: BaseModel) -> Connector:
        settings, outgoing = apart(config, schema)
        bounds = Bounds.of(outgoing)
        return ManifestConnector(spec, manifest, settings, ordered=ordered, bounds=bounds)

    return spec, connect


def apart(config: BaseModel, schema: Mapping[str, Any]) -> tuple[AsGiven, Outgoing]:
    """The manifest's own settings, and those of how its source is reached."""
    own = given(config)
    named = schema.get("properties") or {}
    ours = {key: own.pop(key) for key in Outgoing.model_fields if key in own and key not in named}
    return AsGiven.model_validate(own), Outgoing.model_validate(ours)


def _description(path: Path) -> Description:
    try:
        return Description.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UserError(
            f"{path} is missing: it says what manifest.yaml reads.",
            hint="docs/adding-a-connector.md shows one.",
        ) from None
    except ValidationError as error:
        raise UserError(f"{path}: {faults_of(error)}.") from None
    except (yaml.YAMLError, OSError, UnicodeDecodeError):
        raise UserError(f"{path} is no valid YAML.") from None


def _completed(stream: StreamSpec, about: About | None) -> StreamSpec:
    if about is None:
        return stream
    return replace(
        stream,
        primary_key=key_text(about.primary_key) if about.primary_key else stream.primary_key,
        cursor=about.cursor or stream.cursor,
        deletes=DeletePolicy(about.deletes),
        depends_on=about.depends_on,
    )
