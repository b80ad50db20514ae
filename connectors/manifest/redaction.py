"""Keeps secrets out of what a source's libraries say, in messages and in their logs."""

import logging
import weakref
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "****"
SHORTEST = 4
"""Shorter values are not masked: they would blot out ordinary words."""

TALKATIVE = ("airbyte", "backoff", "urllib3.connectionpool", "connectors.manifest.http")
_SENSITIVE_EXTRAS = ("headers", "request_body", "body", "url")


class Redactor:
    """Masks the secrets of one connector wherever they show, plain or URL-encoded."""

    def __init__(self, secrets: Iterable[str]) -> None:
        plain = {secret for secret in secrets if len(secret) >= SHORTEST}
        forms = plain | {quote(s, safe="") for s in plain} | {quote_plus(s) for s in plain}
        self._forms = sorted(forms, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for form in self._forms:
            text = text.replace(form, MASK)
        return text


class _LogMask(logging.Filter):
    """Masks the secrets of every living connector in the libraries' log records."""

    def __init__(self) -> None:
        super().__init__()
        self.redactors: weakref.WeakSet[Redactor] = weakref.WeakSet()

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        for redactor in list(self.redactors):
            text = redactor(text)
        record.msg, record.args = text, None
        record.exc_info = record.exc_text = None
        for name in _SENSITIVE_EXTRAS:
            if hasattr(record, name):
                setattr(record, name, MASK)
        return True


_LOG_MASK = _LogMask()


def mask_logs(redactor: Redactor) -> None:
    """Mask this redactor's secrets in the libraries' logs for as long as the redactor lives."""
    _LOG_MASK.redactors.add(redactor)
    for name in TALKATIVE:
        logger = logging.getLogger(name)
        if _LOG_MASK not in logger.filters:
            logger.addFilter(_LOG_MASK)
