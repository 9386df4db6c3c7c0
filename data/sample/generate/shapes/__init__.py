"""Each vendor's own way to write the same facts down."""
