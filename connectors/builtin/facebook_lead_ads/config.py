"""The settings of a page whose ads bring leads."""

from datetime import date

from pydantic import Field, SecretStr

from connectors.outgoing import Outgoing


class FacebookLeadAdsConfig(Outgoing):
    """A page, and the app through which it is read."""

    page_id: str = Field(pattern=r"^\d{1,32}$", description="The page's id")
    page_access_token: SecretStr = Field(description="Long-lived access token of the page")
    app_secret: SecretStr = Field(description="Proves requests and checks webhooks")
    verify_token: SecretStr | None = Field(
        None, description="The word by which Meta asks whether a webhook's address is yours"
    )
    forms: tuple[str, ...] = Field((), description="Ids of forms; default: all of the page")
    ad_details: bool = Field(False, description="Names of ads and campaigns: wants ads_management")
    since: date | None = Field(None, description="Older leads are not read")
    lookback_minutes: int = Field(
        60, ge=0, le=10_080, description="Leads so much older than the newest are read again"
    )
    page_size: int = Field(100, ge=1, le=500, description="Leads per request")
    api_version: str = Field("v26.0", pattern=r"^v\d{1,3}\.\d$", description="Of the Graph API")
    base_url: str = Field("https://graph.facebook.com", description="For tests and proxies")
