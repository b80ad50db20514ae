"""Golden records from any table of customers, with no set-up: `daifuku dedupe`."""
