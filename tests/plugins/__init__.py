"""The plugins that come with Brummer."""
