"""The documents of each source: what its API or protocol tells, and what that says of whom."""
