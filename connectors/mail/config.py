"""The settings that every mail connector has."""

from datetime import date

from pydantic import BaseModel, Field, field_validator


class OwnMail(BaseModel):
    """Whose mailbox it is; a mail connector's config inherits it."""

    own_addresses: tuple[str, ...] = Field((), description="Mailboxes of this company's people")
    own_domains: tuple[str, ...] = Field((), description="All their addresses are this company's")
    since: date | None = Field(None, description="Older mails are not read")

    @field_validator("own_addresses", "own_domains")
    @classmethod
    def _lower(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(item.strip().lower().removeprefix("@") for item in value)

    def owns(self, address: str) -> bool:
        """Whether a lower-case address belongs to this company by these settings."""
        domain = address.rpartition("@")[2]
        return address in self.own_addresses or any(
            domain == own or domain.endswith(f".{own}") for own in self.own_domains
        )
