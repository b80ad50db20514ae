"""The settings of a company's web forms."""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from daifuku.errors import NotFoundError


class Form(BaseModel):
    """One form. Browsers are known by their origin, servers by their signature."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", description="Last part of its address")
    secret: SecretStr | None = Field(None, description="Signs posts of servers")
    allowed_origins: tuple[str, ...] = Field(
        (), description="Where it may be posted from: https://www.example.com, or * for anywhere"
    )
    honeypot: str = Field("", description="A field that people do not see and robots fill in")
    max_bytes: int = Field(1_048_576, ge=1_024, le=52_428_800, description="Largest post")
    required: tuple[str, ...] = Field((), description="Fields that must not be empty")
    thanks_url: str | None = Field(None, description="Where a browser is sent after its post")

    @field_validator("thanks_url")
    @classmethod
    def _is_a_page(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        plain = (value or "").isascii() and (value or "").isprintable()
        if value is not None and not (parts.scheme in ("http", "https") and parts.netloc and plain):
            raise ValueError("it is the address of a page, like https://www.example.com/thanks")
        return value

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            parts = urlsplit(origin)
            if origin != "*" and (parts.scheme not in ("http", "https") or not parts.netloc):
                raise ValueError("an origin is like https://www.example.com, without a path")
        return tuple(origin.rstrip("/").lower() for origin in value)


class WebformConfig(BaseModel):
    """The forms whose posts come in through this source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    forms: tuple[Form, ...] = Field(min_length=1)

    @field_validator("forms")
    @classmethod
    def _ids_differ(cls, value: tuple[Form, ...]) -> tuple[Form, ...]:
        if len({form.id for form in value}) < len(value):
            raise ValueError("two forms have the same id")
        return value

    def form(self, form_id: str) -> Form:
        """The form with that id.

        Raises:
            NotFoundError: there is none.
        """
        for form in self.forms:
            if form.id == form_id:
                return form
        raise NotFoundError("There is no such form.", hint="Check the address it posts to.")
