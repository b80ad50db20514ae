"""The settings of a mailbox at Microsoft, and the two ways to be let in."""

from typing import Literal, Self

from pydantic import Field, model_validator

from connectors.mail.config import OwnMail
from connectors.oauth import OAuth2, OAuthSettings

FLOW = OAuth2(
    authorize_url="{login_url}/{tenant}/oauth2/v2.0/authorize",
    token_url="{login_url}/{tenant}/oauth2/v2.0/token",  # noqa: S106 - an address
    scopes=("Mail.Read", "offline_access"),
)
"""A person signs in; the hub then reads what that person may read."""


class GraphMailConfig(OwnMail, OAuthSettings):
    """Which mailbox is read, and as whom."""

    sign_in: Literal["person", "app"] = Field(
        "person", description="Who is let in: a person who signs in, or the app itself"
    )
    tenant: str = Field("common", min_length=1, description="Directory (tenant) id or domain")
    user: str = Field(
        "me", min_length=1, description="Address of the mailbox; me is that of who signed in"
    )
    folders: tuple[str, ...] = Field(
        ("inbox", "sentitems"), min_length=1, description="Well-known names or ids of folders"
    )
    page_size: int = Field(50, ge=1, le=500, description="Mails between two checkpoints")
    base_url: str = Field("https://graph.microsoft.com", description="Other in national clouds")
    login_url: str = Field(
        "https://login.microsoftonline.com", description="Other in national clouds"
    )

    @model_validator(mode="after")
    def _says_whose(self) -> Self:
        if self.sign_in == "app" and (self.user == "me" or self.tenant == "common"):
            raise ValueError("an app needs the mailbox's address as user, and its tenant")
        if "@" not in self.user and not self.own_addresses and not self.own_domains:
            raise ValueError("own_domains or own_addresses must say which addresses are yours")
        return self

    @property
    def flow(self) -> OAuth2:
        """How this source is let in."""
        if self.sign_in == "person":
            return FLOW
        scope = f"{self.base_url.rstrip('/')}/.default"
        return OAuth2(authorize_url=None, token_url=FLOW.token_url, scopes=(scope,))

    def is_own(self, address: str) -> bool:
        """Whether a lower-case address belongs to this company: the mailbox's own always does."""
        return address == self.user.lower() or self.owns(address)
