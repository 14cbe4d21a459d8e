"""SHACL: from a shapes graph and data to results."""
