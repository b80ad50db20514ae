"""Revisions, applied in the order their `down_revision` gives. A released one never changes."""
