"""Shipped models and rules, edited as a user would edit them."""

import re

from sync.models.documents import Document, Kind, read, shipped


def edited_person(*, match: float, possible: float = 0.5, without: str = "") -> Document:
    """The shipped model of persons with other thresholds, and without one blocking rule."""
    text = shipped(Kind.PERSON).text
    text, many = re.subn(
        r"^thresholds: .*$",
        f"thresholds: {{match: {match}, possible: {possible}}}",
        text,
        flags=re.M,
    )
    assert many == 1
    if without:
        text, many = re.subn(rf"^  {re.escape(without)}: .*\n", "", text, flags=re.M)
        assert many == 1
    return read(text, "person.yaml")


def trusting(*sources: str) -> Document:
    """The shipped survivorship rules, trusting these sources in this order."""
    text = re.sub(r"^trust:.*\n", "", shipped(Kind.SURVIVORSHIP).text, flags=re.M)
    return read(f"{text}\ntrust: [{', '.join(sources)}]\n", "survivorship.yaml")
