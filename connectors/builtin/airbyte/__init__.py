"""Any Airbyte connector, run as a program in an environment of its own."""
