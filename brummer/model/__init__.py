"""Frozen values that every part of Brummer speaks in.

No I/O, no threads, nothing from outside the standard library.  A value is
never changed: whoever wants a different one makes a new one.
"""
