"""Configuration: what can be set, where it came from, how to change it."""
