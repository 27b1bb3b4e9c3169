"""The plugin host; the only importer of pluggy."""
