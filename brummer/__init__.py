"""The public face of Brummer: all that a plugin may import.

A plugin says ``import brummer`` and nothing below it.  The names are looked up
on first use, so that importing one module of the program does not import the
rest; ``__init__.pyi`` beside this file tells type checkers what they are.
"""

import importlib

#: Where each public name lives.  Not annotated: the import of typing is most of
#: the time in which Python answers Ctrl-C, before a command line can.
_HOME = {
    "Answer": "brummer.model.tool",
    "App": "brummer.plugin.contribution",
    "Argument": "brummer.model.offer",
    "Asking": "brummer.model.tool",
    "Before": "brummer.model.collector",
    "BrummerError": "brummer.errors",
    "Call": "brummer.model.tool",
    "CannotAskError": "brummer.model.tool",
    "Claim": "brummer.model.collector",
    "Clearance": "brummer.model.finding",
    "Collector": "brummer.model.collector",
    "Command": "brummer.model.command",
    "CommandThread": "brummer.model.command",
    "Content": "brummer.model.tool",
    "Detector": "brummer.model.finding",
    "Effect": "brummer.model.tool",
    "Finding": "brummer.model.finding",
    "FindingKind": "brummer.model.finding",
    "Frame": "brummer.model.finding",
    "Gatherer": "brummer.model.collector",
    "KnownFindings": "brummer.core.known",
    "Launch": "brummer.model.script",
    "Link": "brummer.model.tool",
    "LiteralSets": "brummer.core.literal",
    "LogEntry": "brummer.model.log",
    "LongRun": "brummer.model.tool",
    "Lookout": "brummer.model.collector",
    "Media": "brummer.model.tool",
    "Parameter": "brummer.model.command",
    "PluginError": "brummer.errors",
    "ProcessId": "brummer.model.process",
    "ProcessState": "brummer.model.process",
    "ProcessStatus": "brummer.model.process",
    "Question": "brummer.model.tool",
    "Recipe": "brummer.model.offer",
    "Resource": "brummer.model.tool",
    "RestartPolicy": "brummer.model.script",
    "Script": "brummer.model.script",
    "ScriptId": "brummer.model.script",
    "Settings": "brummer.plugin.contribution",
    "Severity": "brummer.model.finding",
    "Source": "brummer.model.offer",
    "Stream": "brummer.model.log",
    "Text": "brummer.model.tool",
    "Tool": "brummer.model.tool",
    "answer": "brummer.model.tool",
    "count_in": "brummer.core.text",
    "failure": "brummer.model.tool",
    "hookimpl": "brummer.plugin.hookspecs",
    "lasting": "brummer.core.text",
    "plain": "brummer.core.text",
    "seconds_in": "brummer.core.text",
    "unlabelled": "brummer.core.text",
}


def __getattr__(name: str) -> object:
    """Return a public name, importing where it lives."""
    if name == "__version__":
        return importlib.import_module("importlib.metadata").version("brummer")
    if name not in _HOME:
        raise AttributeError(f"module 'brummer' has no attribute {name!r}")
    value: object = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return [*sorted(_HOME), "__version__"]
