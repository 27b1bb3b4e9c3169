"""The plugin node."""
