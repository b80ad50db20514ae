"""The settings of a Tryton source."""

from pydantic import Field, SecretStr

from connectors.outgoing import OnPremises


class TrytonConfig(OnPremises):
    """Where the server is and with which key to read it.

    `application_key` is that of a validated user application for REST. `page_size` is how many
    records one request asks for; their ids are part of its address, which servers keep short.
    `lookback_seconds` is how long a transaction may take there: what it wrote carries the time
    of its beginning but is seen only at its end, so that each sync reads that much again. Every
    `sweep_every`-th sync looks for deletions.
    """

    base_url: str
    database: str = Field(pattern=r"^[^/?#]+$")
    application_key: SecretStr
    page_size: int = Field(default=200, ge=1, le=500)
    lookback_seconds: int = Field(default=60, ge=0, le=86_400)
    sweep_every: int = Field(default=1, ge=1)
