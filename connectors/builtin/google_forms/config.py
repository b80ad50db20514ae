"""The settings of Google Forms."""

from datetime import date

from pydantic import Field

from connectors.google.api import sign_in
from connectors.oauth import OAuthSettings

FLOW = sign_in("forms.responses.readonly", "forms.body.readonly")


class GoogleFormsConfig(OAuthSettings):
    """Which forms are read."""

    forms: tuple[str, ...] = Field(
        min_length=1, description="Ids of forms: the part of their address after /forms/d/"
    )
    since: date | None = Field(None, description="Older responses are not read")
    lookback_minutes: int = Field(
        10, ge=0, le=10_080, description="Responses so much older than the newest are read again"
    )
    page_size: int = Field(500, ge=1, le=1_000, description="Responses per request")
    base_url: str = Field("https://forms.googleapis.com", description="For tests and proxies")
