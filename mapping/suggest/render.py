"""Writes a mapping as YAML that people like to read."""

from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    pass


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    """Text with invisible characters is escaped: plain YAML would fold some of them away."""
    style = None if text.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def rendered(plan: dict[str, Any]) -> str:
    """The YAML of a plan, its keys in their order, small objects on one line."""
    text = yaml.dump(
        plan,
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=100,
        default_flow_style=None,
    )
    return str(text)
