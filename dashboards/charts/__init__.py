"""Chart modules: each declares a query and a figure."""
