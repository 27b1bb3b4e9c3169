"""Tests of copies of a log."""
