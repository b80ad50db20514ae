"""The parts of a run: where each stream begins, what it counts, what it notices, what it tells."""
