"""Pulls in a process of its own, for tests that kill it: python -m tests.pull_kill FOLDER CONNECTOR GIVEN_JSON."""

import json
import sys
from pathlib import Path

from connectors.pull_api import pull_source
from tests.test_pull import declared

if __name__ == "__main__":
    folder, connector, given = sys.argv[1:]
    found = pull_source(
        Path(folder), "acme", "s", pull=declared(connector), given=json.loads(given), sleep=lambda _s: None
    )
    print(json.dumps([trouble.seen for trouble in found.troubles]))
