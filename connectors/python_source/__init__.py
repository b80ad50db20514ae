"""Sources written in Python against airbyte-cdk, read in sequence as connectors of the hub."""
