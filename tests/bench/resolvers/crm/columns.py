"""The columns of the CRM table that a side may read: its key, and what records hold."""

from tests.bench.crm.write import MATCHED as HELD

MATCHED = ["unique_id", *HELD]
