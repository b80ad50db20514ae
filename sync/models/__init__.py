"""Match models and survivorship rules as versions in the store: in force, tried, applied."""
