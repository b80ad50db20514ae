"""The mappings that connectors bring along."""

from functools import cache

from connectors.registry import mapping_text
from mapping.loader import load_mapping
from mapping.rules import Mapping


@cache
def builtin_mapping(connector: str) -> Mapping:
    """The connector's own mapping.

    Raises:
        NotFoundError: there is no such connector, or it has none.
        MappingError: the file is wrong.
    """
    return load_mapping(mapping_text(connector), where=f"{connector}/mapping.yaml")
