"""Settings from DAIFUKU_* variables. None is needed to start."""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from daifuku.errors import SettingsError


def _default_home() -> Path:
    data = os.environ.get("XDG_DATA_HOME", "")
    base = Path(data) if data else Path.home() / ".local" / "share"
    return base / "daifuku"


class Settings(BaseSettings):
    """Everything an installation can set. Each field `x` is the variable `DAIFUKU_X`."""

    model_config = SettingsConfigDict(env_prefix="DAIFUKU_", env_ignore_empty=True)

    home: Path = Field(default_factory=_default_home)
    """Folder of the default database and of the key file."""
    database_url: SecretStr | None = None
    """SQLAlchemy URL; by default the SQLite file `daifuku.sqlite` in `home`."""
    connectors: Path | None = None
    """Folder of the installation's own connectors; by default `connectors` in `home`."""
    redis_url: SecretStr | None = None
    """Broker between processes. Give it a database of its own; without it work runs in-process."""
    secret_key: SecretStr | None = None
    """What secrets are encrypted with; by default made once and kept in `home`/secret.key."""
    secret_keys_old: SecretStr | None = None
    """Keys that secrets were encrypted with before, separated by commas or blanks."""
    public_url: str | None = None
    """Where browsers reach this hub, such as https://hub.example.jp; they come back from signing
    in to `/oauth/callback` there. By default where the request that began it reached it."""
    smtp_url: SecretStr | None = None
    """Mail server that sends notices: smtp://user:password@host:587 (STARTTLS), or smtps://."""
    mail_from: str | None = None
    """Whom notices come from, such as `Daifuku <daifuku@example.jp>`."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json", "auto"] = "auto"
    """`auto` is console on a terminal and JSON elsewhere."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8765
    worker_threads: Annotated[int, Field(ge=1, le=256)] = 4
    lease_seconds: Annotated[float, Field(ge=0.1, le=3600)] = 30.0
    """How long work of a killed process stays claimed before another takes it over."""
    hung_leases: Annotated[int, Field(ge=2)] = 60
    """A job without progress for so many leases hangs: another worker takes it over."""

    deliveries_kept_days: Annotated[int, Field(ge=0, le=3650)] = 7
    """How long what a delivery said is kept once it has landed, so that it can be replayed."""
    smallest_pass: Annotated[float, Field(ge=0, le=1)] = 0.5
    """A whole pass that lists less than this share of the one before is held ..."""
    largest_pass: Annotated[float, Field(ge=1)] = 3.0
    """... and one that lists more than so many times as much is told, and deletes nothing."""

    @field_validator("home", "connectors")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value and value.expanduser().absolute()

    @property
    def connectors_folder(self) -> Path:
        """Where the installation's own connectors are; it need not exist."""
        return self.connectors or self.home / "connectors"

    @property
    def store_url(self) -> str:
        """The URL of the store to open, password included."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'daifuku.sqlite'}"


def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: a variable has no usable value; the message names it, not its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"DAIFUKU_{str(fault['loc'][0]).upper()}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        )
        raise SettingsError(f"A setting cannot be used: {faults}.") from None
