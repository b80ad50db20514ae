"""Settings that every source reached over the network has."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Outgoing(BaseModel):
    """How the source is reached; a connector's config inherits it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    proxy: SecretStr | None = Field(
        default=None, description="HTTP proxy for this source, like http://proxy.example.com:3128"
    )
    allow_private: bool = Field(
        default=False, description="The source may be within an inner network"
    )
