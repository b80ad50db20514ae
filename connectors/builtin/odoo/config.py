"""How to reach an Odoo database."""

from pydantic import Field, SecretStr

from connectors.outgoing import OnPremises


class OdooConfig(OnPremises):
    """A database, and the user who reads it with an API key."""

    base_url: str = Field(description="Address of the server, like https://example.odoo.com")
    api_key: SecretStr = Field(description="API key of the user")
    database: str | None = Field(
        default=None, description="Name of the database, where the server has several"
    )
    login: str | None = Field(
        default=None, description="Login of the user: for Odoo 17 and 18, which need it"
    )
    companies: tuple[int, ...] = Field(
        default=(), description="Ids of the companies to read; empty for all of the user's"
    )
    page_size: int = Field(default=200, ge=1, le=2_000, description="Records per request")
    lookback_seconds: int = Field(
        default=600, ge=0, le=86_400, description="How long a transaction there may take at most"
    )
    sweep_every: int = Field(
        default=1, ge=1, le=10_000, description="Deletions are looked for in every n-th sync"
    )
