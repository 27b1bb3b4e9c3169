"""Copies of a log for people and programs elsewhere."""
