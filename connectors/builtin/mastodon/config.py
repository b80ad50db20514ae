"""How to reach a Mastodon server, and how the account lets the hub in."""

from pydantic import Field

from connectors.oauth import OAuthSettings
from connectors.protocol import OAuth2

FLOW = OAuth2(
    authorize_url="{base_url}/oauth/authorize",
    token_url="{base_url}/oauth/token",  # noqa: S106 - an address
    scopes=("read:accounts", "read:notifications", "read:statuses"),
)


class MastodonConfig(OAuthSettings):
    """A server, and the organisation's account on it.

    An application made by hand shows its `access_token`; else the hub signs in with the other
    OAuth settings. Mastodon's tokens do not expire.
    """

    base_url: str = Field(description="Address of the server, like https://mastodon.example.com")
    client_id: str = Field("", description="The application's client key; none with a token")
    page_size: int = Field(default=80, ge=1, le=80, description="Entries per request")
