"""Facebook lead ads keep the contract of every connector that speaks HTTP."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

import pytest

from tests.connectors.facebook_lead_ads.simulator import PAGE, LeadAdsSimulator, lead
from tests.contract.http_suite import HttpConnectorContract

LEADS = {"501": 65, "502": 7}
SPACING = 900
FIRST_OF = {"501": 0, "502": 1_000}


@pytest.fixture(scope="module")
def account() -> Iterator[LeadAdsSimulator]:
    held = {
        form: [lead(FIRST_OF[form] + n, spacing=SPACING) for n in range(count)]
        for form, count in LEADS.items()
    }
    with LeadAdsSimulator(held, token="planted-token-2", secret="planted-secret-2") as running:
        yield running


class TestFacebookLeadAds(HttpConnectorContract):
    name = "facebook_lead_ads"
    faulted = "leads"
    pages = "/v26.0/*/leads"
    overlap = 2 * (60 * 60 // SPACING + 1)

    @pytest.fixture
    def upstream(self, account: LeadAdsSimulator) -> str:
        return account.url

    def config_at(self, base_url: str) -> Mapping[str, Any]:
        return {
            "base_url": base_url,
            "page_id": PAGE,
            "page_access_token": "planted-token-2",
            "app_secret": "planted-secret-2",
            "page_size": 10,
        }

    @pytest.fixture
    def broken(self, working: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**working, "page_access_token": "planted-wrong-token"}

    @pytest.fixture
    def expected(self) -> Mapping[str, Set[str]]:
        return {
            "leads": {f"{9_000_000 + FIRST_OF[f] + n}" for f, c in LEADS.items() for n in range(c)}
        }
