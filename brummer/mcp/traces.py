"""Files of a user that tell by their times that agents come, or are about to."""

from typing import Final

#: Each hub touches it when it starts, and so before it asks all programs there are.
HUBS: Final = "mcp-hub"

#: What was entered in which file of a client; written with each entry.
ENTRIES: Final = "mcp-clients.json"
