"""The machinery that runs the job: workspace, warehouse, Dagster, publishing, CLI."""
