"""What Dagster loads, with `dagster dev -m pipelines.deployment`: the workspace in WAYSTAGE_WORKSPACE."""

from pipelines.definitions import workspace_definitions

defs = workspace_definitions()
