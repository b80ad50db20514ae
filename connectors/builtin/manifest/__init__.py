"""Any low-code manifest, as Airbyte defines them, read through the hardened reader."""
