"""The settings of a mailbox."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class ImapConfig(BaseModel):
    """How to reach a mailbox, and whose it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1, description="Name of the IMAP server")
    port: int | None = Field(None, ge=1, le=65535, description="993 for ssl, else 143")
    tls: Literal["ssl", "starttls", "none"] = "ssl"
    verify_tls: bool = Field(True, description="False takes any certificate: for tests only")
    user: str = Field(min_length=1)
    password: SecretStr = Field(description="Where two-factor login is on: an app password")
    folders: tuple[str, ...] = Field((), description="Default: INBOX and the folder of sent mail")
    own_addresses: tuple[str, ...] = Field((), description="Mailboxes of this company's people")
    own_domains: tuple[str, ...] = Field((), description="All their addresses are this company's")
    since: date | None = Field(None, description="Older mails are not read")
    timeout: float = Field(60.0, gt=0, le=600, description="Seconds without an answer")

    @field_validator("own_addresses", "own_domains")
    @classmethod
    def _lower(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(item.strip().lower().removeprefix("@") for item in value)

    @property
    def reached_port(self) -> int:
        return self.port or (993 if self.tls == "ssl" else 143)

    def is_own(self, address: str) -> bool:
        """Whether a lower-case address belongs to this company: the user's own always does."""
        domain = address.rpartition("@")[2]
        return (
            address == self.user.lower()
            or address in self.own_addresses
            or any(domain == own or domain.endswith(f".{own}") for own in self.own_domains)
        )
