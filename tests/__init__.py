"""Tests: one folder per part of Brummer, one file per module."""
