"""Manifests in the shapes that public ones have, for the office."""

from typing import Any

import yaml

OPENING = """
version: 6.48.0
type: DeclarativeSource
check: {type: CheckStream, stream_names: [STREAM]}
definitions:
  linked:
    selector:
      type: RecordSelector
      extractor: {type: DpathExtractor, field_path: [data, items]}
    requester:
      type: HttpRequester
      url_base: "{{ config['url'] }}"
      http_method: GET
      authenticator: {$ref: "#/definitions/linked/basic"}
    basic:
      type: BasicHttpAuthenticator
      username: me
      password: "{{ config['credentials']['client_secret'] }}"
    refreshed:
      type: OAuthAuthenticator
      token_refresh_endpoint: "{{ config['url'] }}/token"
      client_id: me
      client_secret: "{{ config['credentials']['client_secret'] }}"
      refresh_token: "{{ config['credentials']['refresh_token'] }}"
      refresh_token_updater:
        refresh_token_config_path: [credentials, refresh_token]
        access_token_config_path: [credentials, access_token]
        token_expiry_date_config_path: [credentials, token_expiry_date]
    flat:
      type: OAuthAuthenticator
      token_refresh_endpoint: "{{ config['url'] }}/token"
      client_id: me
      client_secret: "{{ config['credentials']['client_secret'] }}"
      refresh_token: "{{ config['refresh_token'] }}"
      refresh_token_updater:
        refresh_token_config_path: [refresh_token]
        access_token_config_path: [access_token]
        token_expiry_date_config_path: [token_expiry_date]
    granted:
      type: OAuthAuthenticator
      token_refresh_endpoint: "{{ config['url'] }}/token"
      client_id: me
      client_secret: "{{ config['credentials']['client_secret'] }}"
      grant_type: client_credentials
  base:
    type: DeclarativeStream
    $parameters: {primary_key: Id}
    retriever:
      type: SimpleRetriever
      requester:
        $ref: "#/definitions/linked/requester"
        path: "{{ parameters['path'] }}"
      record_selector: {$ref: "#/definitions/linked/selector"}
spec:
  type: Spec
  connection_specification:
    $schema: http://json-schema.org/draft-07/schema#
    type: object
    required: [url, credentials]
    additionalProperties: true
    properties:
      url: {type: string, pattern: "^https?://", order: 0}
      start_date: {type: string, format: date, default: "2026-01-01", order: 1}
      credentials:
        type: object
        oneOf:
          - title: Secret
            type: object
            required: [client_secret]
            properties:
              kind: {type: string, const: secret}
              client_secret: {type: string, airbyte_secret: true}
          - title: OAuth
            type: object
            required: [client_secret, refresh_token]
            properties:
              kind: {type: string, const: oauth}
              client_secret: {type: string, airbyte_secret: true}
              refresh_token: {type: string, airbyte_secret: true}
streams: []
"""


def stream(name: str, path: str, **parts: Any) -> dict[str, Any]:
    """A stream of the office's people; `parts` go into its retriever, `over_` ones beside it."""
    retriever = {key: value for key, value in parts.items() if not key.startswith("over_")}
    beside = {
        key.removeprefix("over_"): value for key, value in parts.items() if key not in retriever
    }
    base = {"$ref": "#/definitions/base", "$parameters": {"name": name, "path": path}}
    return {**base, "retriever": {**_retriever(path), **retriever}, **beside}


def manifest(*streams: dict[str, Any], **definitions: Any) -> str:
    """The manifest with these streams, as text."""
    whole = yaml.safe_load(OPENING)
    names = [one.get("name") or one["$parameters"]["name"] for one in streams]
    whole["check"]["stream_names"] = names[:1]
    whole["definitions"] |= definitions
    whole["streams"] = list(streams)
    return yaml.safe_dump(whole, allow_unicode=True)


def signing_in_by(authenticator: str) -> dict[str, Any]:
    """A requester that signs in by one of the definitions."""
    held = {"$ref": f"#/definitions/linked/{authenticator}"}
    return {"requester": {**_requester("offset"), "authenticator": held}}


def pages(strategy: str, field: str, **more: Any) -> dict[str, Any]:
    """A paginator that puts its token into the query under that name."""
    option = {"type": "RequestOption", "inject_into": "request_parameter", "field_name": field}
    return {
        "paginator": {
            "type": "DefaultPaginator",
            "page_token_option": option,
            "pagination_strategy": {"type": strategy, **more},
        }
    }


def _requester(path: str) -> dict[str, Any]:
    return {"$ref": "#/definitions/linked/requester", "path": path}


def _retriever(path: str) -> dict[str, Any]:
    selector = {"$ref": "#/definitions/linked/selector"}
    return {"type": "SimpleRetriever", "requester": _requester(path), "record_selector": selector}
