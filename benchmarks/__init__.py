"""Speed and quality, measured beside a named peer in the same run; see README.md."""

import sys
from pathlib import Path

# Pages, servers and pictures are shared with the tests, and imported as tests import them: by the names of
# their folders, for other packages bring a package named ``tests``.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
