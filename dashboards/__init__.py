"""The static site: charts, pages, theme. Reads the published database only."""
