"""``python -m brummer`` is ``brum``."""

import sys

from brummer.cli.main import main

sys.exit(main())
