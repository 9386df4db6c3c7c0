"""What Dagster loads for one workspace, with `-m pipelines.deployment`: that in WAYSTAGE_WORKSPACE.

WAYSTAGE_NAME, where it is set, is the name that sets its assets apart from those of other workspaces.
"""

import os

from pipelines.definitions import workspace_definitions

defs = workspace_definitions(name=os.environ.get("WAYSTAGE_NAME"), is_automatic="WAYSTAGE_NAME" in os.environ)
