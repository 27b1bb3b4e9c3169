"""Tests of the tools that Brummer itself offers."""
