"""Sources described by low-code YAML manifests, read through airbyte-cdk, hardened and in sequence.

`connectors.manifest.connector` imports airbyte_cdk only when a source is first used: the import
costs two CPU seconds and 86 MB. What makes the CDK safe to embed is one module per concern:
transport, answers (errors and waits), decoding, paging, cursor, messages, redaction; factory
puts them into place.
"""
