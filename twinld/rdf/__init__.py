"""RDF itself, knowing no project: formats, prefixes, terms, reading with positions, writing in a stable order."""
