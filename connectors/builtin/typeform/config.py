"""The settings of a Typeform account."""

from datetime import date

from pydantic import Field, SecretStr

from connectors.oauth import OAuth2, OAuthSettings

FLOW = OAuth2(
    authorize_url="https://api.typeform.com/oauth/authorize",
    token_url="https://api.typeform.com/oauth/token",  # noqa: S106 - an address
    scopes=("forms:read", "responses:read", "offline"),
    pkce=False,
)


class TypeformConfig(OAuthSettings):
    """An account, and which of its forms are read.

    A personal token is the `access_token`; an app signs in with the other OAuth settings.
    """

    client_id: str = Field("", description="The app's client id; none with a personal token")
    forms: tuple[str, ...] = Field((), description="Ids of forms; default: all of the account")
    since: date | None = Field(None, description="Older responses are not read")
    webhook_secret: SecretStr | None = Field(None, description="Signs the webhooks")
    lookback_minutes: int = Field(
        60, ge=0, le=10_080, description="Responses so much older than the newest are read again"
    )
    page_size: int = Field(500, ge=1, le=1_000, description="Responses per request")
    base_url: str = Field(
        "https://api.typeform.com",
        description="https://api.eu.typeform.com for an account in the EU data centre",
    )
