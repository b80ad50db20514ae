"""The settings of a mailbox."""

from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field, SecretStr

from connectors.mail.config import OwnMail


class ImapConfig(OwnMail):
    """How to reach a mailbox, and whose it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1, description="Name of the IMAP server")
    port: int | None = Field(None, ge=1, le=65535, description="993 for ssl, else 143")
    tls: Literal["ssl", "starttls", "none"] = "ssl"
    ca_file: Path | None = Field(
        None, description="Certificates (PEM) to trust instead of those of this machine"
    )
    allow_private: bool = Field(True, description="The server may be within an inner network")
    user: str = Field(min_length=1)
    password: SecretStr = Field(description="Where two-factor login is on: an app password")
    folders: tuple[str, ...] = Field((), description="Default: INBOX and the folder of sent mail")
    timeout: float = Field(60.0, gt=0, le=600, description="Seconds without an answer")

    @property
    def reached_port(self) -> int:
        return self.port or (993 if self.tls == "ssl" else 143)

    def is_own(self, address: str) -> bool:
        """Whether a lower-case address belongs to this company: the user's own always does."""
        return address == self.user.lower() or self.owns(address)
