"""Tests of log lines as brumctl prints them."""

import argparse
import json
import time

import pytest

from brummer.cli.line import LinePrinter
from brummer.cli.remote import Remote, Row
from brummer.control.client import ControlClient
from brummer.core.pattern import Pattern
from tests.cli.conftest import Desk


def entry(text: str, process: str = "web-1") -> Row:
    """Return a line that was read at noon."""
    noon = time.mktime((2026, 5, 4, 12, 0, 0, 0, 0, -1))
    return {"process": process, "number": 3, "time": noon, "data": text}
