"""Tests of brummer.config."""
