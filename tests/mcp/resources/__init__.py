"""Tests of what agents may read."""
