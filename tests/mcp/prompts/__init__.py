"""Tests of what agents may be helped with."""
