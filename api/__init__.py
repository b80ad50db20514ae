"""Everything that faces a person or a program: HTTP API and command line."""
