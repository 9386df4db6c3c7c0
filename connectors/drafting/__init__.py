"""Drafts the reading of an export that no connector knows: a profile of its columns, an entity, a column map."""
