"""The plugin procfile."""
