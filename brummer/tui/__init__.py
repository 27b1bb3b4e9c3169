"""The screen; the only importer of urwid."""
