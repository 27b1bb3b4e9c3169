"""The plugin urls."""
