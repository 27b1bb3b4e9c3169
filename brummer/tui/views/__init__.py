"""The full panes between the first row and the last."""
