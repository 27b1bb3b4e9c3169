"""Tests of the layers of the screen."""
