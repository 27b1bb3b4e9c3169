"""The clients that Brummer can be entered in, as they are in November 2026.

Four names for an address, six for what holds the servers, five spellings of how one
is reached: each as in the client's own documentation.
"""

from types import MappingProxyType
from typing import Final

from brummer.mcp.install.client import Client, System, Web
from brummer.mcp.install.form import Form

#: Where VS Code and what is made of it keep a user's files.
_CODE: Final = (
    "{support}/Code/User",
    "{support}/Code - Insiders/User",
    "{support}/VSCodium/User",
)

_BEARER: Final = "Bearer ${NAME}"
_BEARER_ENV: Final = "Bearer ${env:NAME}"


def _below_code(file: str) -> tuple[str, ...]:
    return tuple(f"{folder}/{file}" for folder in _CODE)


_EDITORS: Final = (
    Client(
        name="cursor",
        title="Cursor",
        user=("~/.cursor/mcp.json",),
        project=(".cursor/mcp.json",),
        programs=("cursor",),
        signs=("~/.cursor",),
        web=Web(address="url", bearer=_BEARER_ENV),
    ),
    Client(
        name="vscode",
        title="VS Code",
        path=("servers",),
        user=_below_code("mcp.json"),
        project=(".vscode/mcp.json",),
        programs=("code", "code-insiders", "codium"),
        signs=_CODE,
        fixed={"type": "stdio"},
        web=Web(address="url", fixed={"type": "http"}, bearer=_BEARER_ENV),
        own="code --add-mcp {json}",
    ),
    Client(
        name="cline",
        title="Cline",
        user=(
            "$CLINE_MCP_SETTINGS_PATH",
            *_below_code(
                "globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json"
            ),
            "~/.cline/data/settings/cline_mcp_settings.json",
        ),
        programs=("cline",),
        signs=(*_below_code("globalStorage/saoudrizwan.claude-dev"), "~/.cline"),
        web=Web(address="url", fixed={"type": "streamableHttp"}),
    ),
    Client(
        name="roo-code",
        title="Roo Code",
        user=_below_code(
            "globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json"
        ),
        project=(".roo/mcp.json",),
        signs=_below_code("globalStorage/rooveterinaryinc.roo-cline"),
        web=Web(address="url", fixed={"type": "streamable-http"}, bearer=_BEARER_ENV),
    ),
    Client(
        name="windsurf",
        title="Windsurf",
        user=("~/.codeium/windsurf/mcp_config.json", "~/.codeium/mcp_config.json"),
        programs=("windsurf",),
        signs=("~/.codeium",),
        web=Web(address="serverUrl", bearer=_BEARER_ENV),
    ),
    Client(
        name="zed",
        title="Zed",
        path=("context_servers",),
        user=("{config}/zed/settings.json",),
        elsewhere={System.WINDOWS: ("{config}/Zed/settings.json",)},
        project=(".zed/settings.json",),
        programs=("zed", "zeditor", "zedit"),
        signs=("{config}/zed", "{config}/Zed"),
        web=Web(address="url"),
    ),
    Client(
        name="jetbrains",
        title="JetBrains AI Assistant",
        signs=("{support}/JetBrains",),
        web=Web(address="url"),
        by_hand="Settings, Tools, AI Assistant, Model Context Protocol (MCP), Add,"
        " As JSON",
    ),
    Client(
        name="junie",
        title="Junie",
        user=("~/.junie/mcp/mcp.json",),
        project=(".junie/mcp/mcp.json",),
        programs=("junie",),
        signs=("~/.junie",),
    ),
)

_AGENTS: Final = (
    Client(
        name="claude-code",
        title="Claude Code",
        user=("$CLAUDE_CONFIG_DIR/.claude.json", "~/.claude.json"),
        project=(".mcp.json",),
        programs=("claude",),
        signs=("~/.claude", "~/.claude.json"),
        fixed={"type": "stdio"},
        web=Web(address="url", fixed={"type": "http"}, bearer=_BEARER),
        own="claude mcp add --scope {scope} {name} -- {command}",
        project_remark="it asks for your approval before it uses a server of a project",
    ),
    Client(
        name="claude-desktop",
        title="Claude Desktop",
        user=("{support}/Claude/claude_desktop_config.json",),
        signs=("{support}/Claude",),
    ),
    Client(
        name="codex",
        title="Codex CLI",
        path=("mcp_servers",),
        form=Form.TOML,
        user=("$CODEX_HOME/config.toml", "~/.codex/config.toml"),
        project=(".codex/config.toml",),
        programs=("codex",),
        signs=("$CODEX_HOME", "~/.codex"),
        web=Web(address="url", bearer="NAME", header=("bearer_token_env_var",)),
        own="codex mcp add {name} -- {command}",
        project_remark="it reads this file in projects that you trust",
    ),
    Client(
        name="gemini",
        title="Gemini CLI",
        user=("~/.gemini/settings.json",),
        project=(".gemini/settings.json",),
        programs=("gemini",),
        signs=("~/.gemini",),
        web=Web(address="httpUrl", bearer=_BEARER),
        own="gemini mcp add --scope {scope} {name} {command}",
        remark="while one logs in to another server, it listens on port 7777, which is"
        " ours by default: brum takes the next one then, and its hub finds it",
    ),
    Client(
        name="copilot",
        title="GitHub Copilot CLI",
        user=("$COPILOT_HOME/mcp-config.json", "~/.copilot/mcp-config.json"),
        programs=("copilot",),
        signs=("$COPILOT_HOME", "~/.copilot"),
        fixed={"type": "local"},
        initial={"tools": ["*"]},
        own="copilot mcp add {name} -- {command}",
    ),
    Client(
        name="opencode",
        title="opencode",
        path=("mcp",),
        also=("mcp", "servers"),
        user=(
            "$OPENCODE_CONFIG",
            "{config}/opencode/opencode.json",
            "{config}/opencode/opencode.jsonc",
        ),
        project=("opencode.json", "opencode.jsonc"),
        programs=("opencode",),
        signs=("{config}/opencode",),
        arguments="",
        variables="environment",
        fixed={"type": "local"},
        web=Web(address="url", fixed={"type": "remote"}, bearer="Bearer {env:NAME}"),
    ),
    Client(
        name="goose",
        title="Goose",
        path=("extensions",),
        form=Form.YAML,
        user=("$GOOSE_PATH_ROOT/config/config.yaml", "{config}/goose/config.yaml"),
        elsewhere={System.WINDOWS: ("{config}/Block/goose/config/config.yaml",)},
        programs=("goose",),
        signs=("{config}/goose", "{config}/Block/goose"),
        command="cmd",
        variables="envs",
        naming="name",
        fixed={"type": "stdio"},
        initial={
            "description": "What runs in your projects, and what it prints",
            "enabled": True,
            "timeout": 300,
        },
        web=Web(
            address="uri",
            fixed={"type": "streamable_http"},
            bearer=_BEARER,
            listed="env_keys",
        ),
    ),
)

#: By name, in the order in which they are shown.
CLIENTS: Final = MappingProxyType(
    {c.name: c for c in sorted((*_EDITORS, *_AGENTS), key=lambda c: c.name)}
)
