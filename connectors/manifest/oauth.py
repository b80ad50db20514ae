"""OAuth tokens refreshed over the guarded session; a rotated refresh token reaches the hub."""

from collections.abc import Mapping
from typing import Any

import requests
from airbyte_cdk.sources.declarative.auth.oauth import (
    DeclarativeOauth2Authenticator,
    DeclarativeSingleUseRefreshTokenOauth2Authenticator,
)
from airbyte_cdk.sources.streams.http.requests_native_auth.abstract_oauth import (
    AbstractOauth2Authenticator,
)

from connectors.http_errors import raise_for_status
from connectors.manifest.bounds import Bounds
from connectors.manifest.messages import SideMessages
from connectors.manifest.transport import GuardedSession, origin_of
from daifuku.errors import AuthExpiredError, ConfigError, TransientError


class GuardedRefresh(AbstractOauth2Authenticator):
    """Refreshes within the bounds, where the CDK sets none, and says what to do on failure."""

    bounds: Bounds = Bounds()

    def _make_handled_request(self) -> Any:
        with GuardedSession(self.bounds) as session:
            endpoint = self.get_token_refresh_endpoint() or ""
            try:
                answer = session.post(
                    endpoint,
                    data=self.build_refresh_request_body(),
                    headers=self.build_refresh_request_headers(),
                    params=self.build_refresh_request_query_params(),
                )
            except requests.RequestException:
                raise TransientError(f"{origin_of(endpoint)} broke off a sign-in.") from None
        headers = {name.lower(): value for name, value in answer.headers.items()}
        try:
            raise_for_status(origin_of(endpoint), answer.status_code, headers)
            return answer.json()
        except ConfigError:
            raise AuthExpiredError(
                f"{origin_of(endpoint)} does not accept the refresh token.", hint="Sign in again."
            ) from None
        except ValueError:
            raise TransientError(
                f"{origin_of(endpoint)} answered a sign-in without JSON."
            ) from None


class GuardedOauth(GuardedRefresh, DeclarativeOauth2Authenticator):
    """An OAuth authenticator whose refresh token stays the same."""


class RotatingOauth(GuardedRefresh, DeclarativeSingleUseRefreshTokenOauth2Authenticator):
    """An OAuth authenticator whose refresh token changes with each use.

    The CDK prints the changed config, secrets included, to standard output.
    """

    messages: SideMessages
    _connector_config: Mapping[str, Any]

    def _emit_control_message(self) -> None:
        self.messages.rotated(self._connector_config)
