"""The settings of a Gmail mailbox."""

from pydantic import Field

from connectors.google.api import sign_in
from connectors.mail.config import OwnMail
from connectors.oauth import OAuthSettings

FLOW = sign_in("gmail.readonly")


class GmailConfig(OwnMail, OAuthSettings):
    """Whose mailbox is read, and how much of each mail."""

    user: str = Field("me", min_length=1, description="The mailbox: me is that of who signed in")
    bodies: bool = Field(True, description="False reads headers only: no signatures, no snippets")
    page_size: int = Field(100, ge=1, le=500, description="Mails between two checkpoints")
    base_url: str = Field("https://gmail.googleapis.com", description="For tests and proxies")
