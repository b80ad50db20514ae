"""The settings of a source described by a manifest."""

from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from connectors.low_code.config_model import checked
from connectors.low_code.document import read_manifest, settings_schema, streams_of
from connectors.outgoing import Outgoing
from connectors.settings import faults_of
from daifuku.errors import ConfigError


class ManifestConfig(Outgoing):
    """A manifest, and the settings that it asks for.

    Of those, what the manifest marks as `airbyte_secret` is a secret, and so is every text that
    it does not name.
    """

    manifest: str = Field(description="The manifest's file, or its text in YAML")
    config: dict[str, Any] = Field(
        default_factory=dict,
        validate_default=True,
        description="The settings that the manifest's spec names",
    )
    full_pass: tuple[str, ...] = Field(
        (), description="Streams that list every record each time: one no longer listed is gone"
    )
    ordered: tuple[str, ...] = Field(
        (), description="Streams that come oldest change first: they go on in the middle"
    )

    @field_validator("manifest")
    @classmethod
    def _is_a_manifest(cls, value: str) -> str:
        """The text, or the file's absolute name."""
        kept = value if is_text(value) else str(Path(value).expanduser().absolute())
        try:
            streams_of(manifest_of(kept))
        except ConfigError as error:
            raise ValueError(str(error)) from None
        return kept

    @field_validator("config")
    @classmethod
    def _fits_the_manifest(cls, value: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        if "manifest" not in info.data:  # it is wrong, and is said to be
            return value
        try:
            return checked(settings_schema(manifest_of(info.data["manifest"])), value)
        except ConfigError as error:
            raise ValueError(str(error)) from None
        except ValidationError as error:
            raise ValueError(faults_of(error)) from None


def is_text(manifest: str) -> bool:
    """Whether this is a manifest itself, and no file's name."""
    return "\n" in manifest.strip() or manifest.lstrip().startswith("{")


def manifest_of(manifest: str) -> dict[str, Any]:
    """The manifest that a setting names or holds.

    Raises:
        ConfigError: it cannot be read, or is none.
    """
    if is_text(manifest):
        return read_manifest(manifest, "The manifest")
    path = Path(manifest)
    try:
        return read_manifest(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            f"The manifest {path} cannot be read.", hint="Name a file that the hub may read."
        ) from None
