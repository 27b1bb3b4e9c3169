"""Entering Brummer in the files of MCP clients, and taking it out of them again."""

from typing import Final

#: What the clients are called.  Here, so that the command line can name them without
#: knowing more: brumctl is called often, and mostly for something else.
NAMES: Final = (
    "claude-code",
    "claude-desktop",
    "cline",
    "codex",
    "copilot",
    "cursor",
    "gemini",
    "goose",
    "jetbrains",
    "junie",
    "opencode",
    "roo-code",
    "vscode",
    "windsurf",
    "zed",
)
