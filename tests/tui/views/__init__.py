"""Tests of the views of the screen."""
