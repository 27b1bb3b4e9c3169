"""The command lines of ``brum`` and ``brumctl``."""
