"""Tests of entering Brummer in files of clients."""
