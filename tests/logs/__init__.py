"""Tests of the log store, its thread, detection and display."""
