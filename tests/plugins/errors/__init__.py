"""Tests of the plugin ``errors``."""
