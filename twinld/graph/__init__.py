"""Loaded data, read-only: the dataset and the description of one resource."""
