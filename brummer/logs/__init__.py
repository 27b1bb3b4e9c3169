"""What the children print: stored once, read by everyone without waiting."""
