"""Tests of the history of logs."""
