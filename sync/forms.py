"""Posts to web forms: checked, stored durably, landed by a job soon after."""

from collections.abc import Mapping
from datetime import UTC, datetime

from connectors.builtin.webform.connector import Accepted, WebformConnector
from daifuku.errors import NotFoundError
from daifuku.secrets import SecretBox
from daifuku.storage.engine import Store
from daifuku.storage.repositories import sources
from sync.inbox import deliver
from sync.sources import connect_source


def form_source(store: Store, box: SecretBox, source: str) -> WebformConnector:
    """The source's forms.

    Raises:
        NotFoundError: there is no such source, or it has no forms.
    """
    with store.read() as tx:
        row = sources.get(tx, source)
    connector = connect_source(box, row)
    if not isinstance(connector, WebformConnector):
        raise NotFoundError(f"The source {source} has no forms.")
    return connector


def receive_form(
    store: Store,
    source: str,
    connector: WebformConnector,
    *,
    form: str,
    headers: Mapping[str, str],
    body: bytes,
) -> Accepted:
    """Check a post and store it; answer 2xx after this. Spam is accepted and not kept.

    Raises:
        AuthExpiredError: the sender is not one of the form's.
        RecordError: the body cannot be read, or lacks a required field.
    """
    accepted = connector.accept(form, headers, body, now=datetime.now(UTC))
    if not accepted.spam:
        deliver(store, source, accepted.delivery_id, accepted.headers, body)
    return accepted
