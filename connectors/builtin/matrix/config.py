"""How to reach a homeserver and which rooms to read."""

from pydantic import Field, SecretStr

from connectors.outgoing import OnPremises


class MatrixConfig(OnPremises):
    """The account that sits in the rooms with customers, a support account or a bridge's bot."""

    base_url: str = Field(description="Address of the homeserver, like https://matrix.example.com")
    access_token: SecretStr = Field(description="Access token of the account")
    rooms: tuple[str, ...] = Field(
        default=(), description="Ids of the rooms to read; empty for all that the account is in"
    )
    staff: tuple[str, ...] = Field(
        default=(),
        description="Your own people and bots, like @sales:example.com: they are no contacts",
    )
    page_size: int = Field(default=200, ge=1, le=1_000, description="Messages per request")
