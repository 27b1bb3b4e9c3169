"""Tests of brummer.process."""
