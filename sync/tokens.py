"""Keeps the OAuth tokens of a source: one process renews them at a time, and stores them first.

A refresh token is often good for one use. Two processes that use it at once lose the source, as
does one that uses the new access token and dies before the new refresh token is stored.
"""

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from connectors.oauth import OAuthSettings
from connectors.registry import spec
from connectors.token_endpoint import LONGEST, Grant
from daifuku.errors import AuthExpiredError, ConfigError, TransientError
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store
from daifuku.storage.repositories import sign_ins, sources
from sync.sources import opened_config, update_config

LEASE = timedelta(seconds=LONGEST + 15)
"""Longer than asking for tokens can take: past it, the process that claimed it is dead."""

PATIENCE = 10.0
"""Seconds to wait for another process that is renewing; after them the run is repeated."""

PAUSE = 0.1


class StoredTokens:
    """The tokens of the source named, in the store: a `connectors.oauth.Renewal`."""

    def __init__(self, store: Store, box: SecretBox, source: str) -> None:
        self._store = store
        self._box = box
        self._source = source

    def __call__(self, ask: Callable[[OAuthSettings], Grant]) -> Grant:
        """The tokens in force: those that another has just got, or those that `ask` gets.

        Raises:
            TransientError: another process has been renewing them for long.
            SourceError: as `ask` does.
        """
        holder = uuid.uuid4().hex
        patience = time.monotonic() + PATIENCE
        while not self._claim(holder):
            if time.monotonic() > patience:
                raise TransientError(f"The tokens of {self._source} are being renewed elsewhere.")
            time.sleep(PAUSE)
        try:
            settings = self.settings()
            if not settings.is_stale() and settings.access_token is not None:
                return Grant(
                    settings.access_token,
                    settings.access_token_expires_at,
                    settings.refresh_token,
                )
            grant = self._asked(ask, settings)
            update_config(self._store, self._box, self._source, grant.fields())
            return grant
        finally:
            with self._store.write() as tx:
                sign_ins.release_renewal(tx, self._source, holder)

    def settings(self) -> OAuthSettings:
        """The source's settings as they are stored now.

        Raises:
            ConfigError: they are not those of a source with OAuth.
        """
        with self._store.read() as tx:
            row = sources.get(tx, self._source)
        model = spec(row.connector).config
        try:
            parsed = model.model_validate(opened_config(self._box, row))
        except ValidationError:
            parsed = None
        if not isinstance(parsed, OAuthSettings):
            raise ConfigError(f"The settings of {self._source} are not those of a sign-in.")
        return parsed

    def _asked(self, ask: Callable[[OAuthSettings], Grant], settings: OAuthSettings) -> Grant:
        """What `ask` gets. A process that dies before that is stored takes it along: the source
        then refuses the tokens it knew, and only its owner can mend that."""
        try:
            return ask(settings)
        except AuthExpiredError as error:
            hint = f"Sign in again: daifuku source authorize {self._source}"
            raise AuthExpiredError(error.message, hint=hint) from None

    def _claim(self, holder: str) -> bool:
        now = datetime.now(UTC)
        with self._store.write() as tx:
            return sign_ins.claim_renewal(tx, self._source, holder, now=now, until=now + LEASE)
