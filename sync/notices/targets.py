"""Who is told: mail addresses and webhooks, which are kept sealed, for either may be secret."""

import re
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from daifuku.errors import UserError
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import notices
from daifuku.storage.repositories.notices import Target
from sync.advice import Language

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")


def add_target(
    tx: Transaction,
    box: SecretBox,
    name: str,
    address: str,
    *,
    language: Language = "en",
    secret: str | None = None,
    allow_private: bool = False,
) -> Target:
    """Have notices sent to `address`: a mail address, or an http or https URL.

    A webhook's `secret` signs what is sent to it.

    Raises:
        UserError: the name or the address will not do.
        ConflictError: the name is taken.
    """
    if not _NAME.fullmatch(name):
        raise UserError(
            f"{name!r} cannot name a target.",
            hint="Use up to 63 lower-case letters, digits, - and _.",
        )
    config = {"address": SecretStr(address)}
    if secret is not None:
        config["secret"] = SecretStr(secret)
    target = Target(
        name=name,
        kind=_kind(address),
        config=box.seal(config, source=_owner(name)),
        language=language,
        allow_private=allow_private,
    )
    notices.add_target(tx, target, datetime.now(UTC))
    return target


def opened(box: SecretBox, target: Target) -> dict[str, str]:
    """The target's config in plain text: `address`, and perhaps `secret`."""
    config: dict[str, str] = box.open(target.config, source=_owner(target.name))
    return config


def shown_address(box: SecretBox, target: Target) -> str:
    """The address as it may be shown: of a URL its host alone, for the rest may be a key."""
    address = opened(box, target)["address"]
    if target.kind == "email":
        return address
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/..."


def _kind(address: str) -> Literal["email", "webhook"]:
    if _MAIL.fullmatch(address) and address.isprintable():
        return "email"
    parts = urlsplit(address)
    if parts.scheme in ("http", "https") and parts.hostname:
        return "webhook"
    raise UserError(
        "The address is neither a mail address nor an http or https URL.",
        hint="Write it like ops@example.jp or https://hooks.example.com/abc.",
    )


def _owner(name: str) -> str:
    """What the encryption of a target's config is bound to."""
    return f"notice:{name}"
