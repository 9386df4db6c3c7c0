"""The invented world: who exists, what was written, and what happened, before any vendor's shape."""
