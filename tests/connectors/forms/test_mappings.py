"""The mappings of hosted forms take up every meaning that a question can have."""

import re

import pytest

from connectors import registry
from connectors.forms.labels import MEANINGS

FORMS = ("typeform", "google_forms", "facebook_lead_ads")
EVIDENCE_ONLY = {"company_kana"}
"""The canonical model has no place for these."""


@pytest.mark.parametrize("connector", FORMS)
def test_every_meaning_is_mapped(connector: str) -> None:
    used = set(re.findall(r"means\.(\w+)", registry.mapping_text(connector)))
    assert used == MEANINGS - EVIDENCE_ONLY
