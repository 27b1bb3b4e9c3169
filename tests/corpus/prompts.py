"""What a person says of the questions in the outputs of ``states/``.

The labels are in ``prompts.toml``: beside each output what it asks at its end,
empty for one at which a process rests and asks nothing.
"""

import tomllib
from collections.abc import Mapping
from functools import cache

from tests.corpus.cases import ROOT


@cache
def labels() -> Mapping[str, str]:
    """Return what each output asks, by the name of its case."""
    tables = tomllib.loads((ROOT / "prompts.toml").read_text("utf-8"))
    return {
        f"states/{tool}/{name}": question
        for tool, questions in tables.items()
        for name, question in questions.items()
    }
