"""Tests of the widgets of the screen."""
