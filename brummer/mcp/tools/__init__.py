"""The tools that Brummer itself offers."""
