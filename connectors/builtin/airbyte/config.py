"""The settings of a source read by an Airbyte connector."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from connectors.airbyte_process.install import installed
from connectors.low_code.config_model import checked, sealed
from connectors.settings import faults_of
from daifuku.errors import UserError


class AirbyteConfig(BaseModel):
    """Which connector, and its own settings.

    Of a package the secrets are those its schema marks; of a command every text is one, for
    nothing is known of it before it runs.
    """

    model_config = ConfigDict(extra="forbid")

    package: str = Field(
        "", description="NAME==VERSION, as installed by `daifuku connectors install`"
    )
    command: tuple[str, ...] = Field(
        (), description="In place of a package: a program on this machine, and its first arguments"
    )
    config: dict[str, Any] = Field(
        default_factory=dict, description="The connector's own settings, as its documentation says"
    )
    full_pass: tuple[str, ...] = Field(
        (), description="Streams that list every record each time: one no longer listed is gone"
    )
    silence: float = Field(
        600.0, ge=0.1, le=7200, description="Seconds without a word after which it is ended"
    )
    proxy: SecretStr | None = Field(None, description="HTTP proxy for this source")
    ca_file: Path | None = Field(None, description="Certificates (PEM) to trust")

    @model_validator(mode="after")
    def _fits_the_connector(self) -> Self:
        if bool(self.package) == bool(self.command):
            raise ValueError("give either package or command")
        if self.package:
            self.config = _checked(self.package, self.config)
        else:
            self.config = sealed(self.config)
        return self


def _checked(package: str, config: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return checked(installed(package).schema, config)
    except UserError as error:
        raise ValueError(str(error)) from None
    except ValidationError as error:
        raise ValueError(faults_of(error)) from None
