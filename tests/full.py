"""How much the slow tests try: a sample in each run, all of it with ``make test-full``."""

import os

FULL = bool(os.environ.get("BILLOW_FULL"))
EXAMPLES = 600 if FULL else 60
