"""The command line `daifuku`."""
