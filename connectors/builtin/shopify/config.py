"""How to reach a shop, and how its app is let in."""

from pydantic import Field, SecretStr

from connectors.oauth import OAuthSettings
from connectors.protocol import OAuth2

API_VERSION = "2026-10"

FLOW = OAuth2(
    authorize_url=None,
    token_url="{base_url}/admin/oauth/access_token",  # noqa: S106 - an address
)
"""The client credentials grant: the app asks with its own id and secret, for a day at a time."""


class ShopifyConfig(OAuthSettings):
    """A shop, and the app that reads it."""

    base_url: str = Field(description="Address of the shop, like https://example.myshopify.com")
    client_secret: SecretStr = Field(description="The app's secret; it signs the webhooks too")
    api_version: str = Field(
        default=API_VERSION, pattern=r"^\d{4}-(01|04|07|10)$", description="Admin API version"
    )
    page_size: int = Field(default=50, ge=1, le=250, description="Customers or orders per request")
    lookback_seconds: int = Field(
        default=120, ge=0, le=86_400, description="What was read last is read again for so long"
    )
