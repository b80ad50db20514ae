"""Settings that every source reached over the network has."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Outgoing(BaseModel):
    """How the source is reached; a connector's config inherits it.

    The proxy's own address is vetted as the source's would be. What the source's name means is
    then the proxy's to say: only addresses written as numbers are vetted on this side, so that
    a proxy must have its own rules about inner networks.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    proxy: SecretStr | None = Field(
        default=None, description="HTTP proxy for this source, like http://proxy.example.com:3128"
    )
    allow_private: bool = Field(
        default=False, description="The source may be within an inner network"
    )
    ca_file: Path | None = Field(
        default=None,
        description="Certificates (PEM) to trust instead of the public authorities",
    )
    timeout: float = Field(
        default=60.0, gt=0, le=600, description="Seconds to wait for the next part of an answer"
    )
    deadline: float = Field(
        default=300.0, gt=0, le=3600, description="Seconds that one answer may take in all"
    )
    tries: int = Field(
        default=3, ge=1, le=10, description="How often a request is tried at once where it fails"
    )


class OnPremises(Outgoing):
    """As `Outgoing`, for systems that companies run in their own network."""

    allow_private: bool = Field(
        default=True, description="The source may be within an inner network"
    )
