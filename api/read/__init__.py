"""Questions the API and the command line both ask of the store and the engine."""
