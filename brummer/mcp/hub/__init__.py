"""The hub: one MCP server on stdio for every running instance."""
