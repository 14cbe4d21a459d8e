"""Check, publish and query a folder of RDF."""
