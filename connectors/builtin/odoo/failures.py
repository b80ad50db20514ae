"""What Odoo's exceptions mean. Of their text nothing is shown: it may quote rows or a traceback."""

import re

from daifuku.errors import AuthExpiredError, ConfigError, SourceError, TransientError

_NO_MODEL = re.compile(r"(?i)\bmodel\b.*\bdoes not exist|\bobject\b.*\bdoesn't exist")
_REFUSED = ("ValueError", "KeyError", "TypeError", "AttributeError", "UserError", "MissingError")


class AbsentModelError(ConfigError):
    """The database has no such model: the module that brings it is not installed."""


def failure_of(model: str, name: str, message: str) -> SourceError:
    """The error for an exception, by the full name of its class; `message` is only looked at."""
    kind = name.rpartition(".")[2]
    if says_absent(message) or (kind == "KeyError" and model in message):
        return AbsentModelError(f"The Odoo database has no {model}.")
    if kind == "OperationalError" and "does not exist" in message:
        return ConfigError("Odoo has no database of that name.", hint="Check database.")
    if kind in ("AccessDenied", "Unauthorized"):
        return AuthExpiredError(
            "Odoo does not accept the API key.",
            hint="Make a new key (they expire after three months at most) and enter it.",
        )
    return _refused(model, kind) or TransientError(
        f"Odoo failed while it read {model}.", hint="It is tried again."
    )


def _refused(model: str, kind: str) -> ConfigError | None:
    if kind in ("AccessError", "Forbidden"):
        return ConfigError(
            f"The user may not read {model} in Odoo.", hint="Give the user the right to read it."
        )
    if kind in _REFUSED:
        return ConfigError(
            f"Odoo refuses what is asked of {model} ({kind}).",
            hint="Check that the server is Odoo 17 or later.",
        )
    return None


def says_absent(message: str) -> bool:
    """Whether the text of an exception says that there is no such model."""
    return _NO_MODEL.search(message) is not None


def refusal_of(model: str, status: int, name: str, message: str) -> SourceError | None:
    """The error for an answer of the JSON-2 API; None for what its status says well enough."""
    by_status = {401: "Unauthorized", 403: "Forbidden"}
    if status in by_status:
        return failure_of(model, by_status[status], "")
    if status == 404 and not says_absent(message):
        return None
    return failure_of(model, name, message) if "." in name or status == 404 else None
