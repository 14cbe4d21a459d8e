"""Running SPARQL: canned queries, the guard, the workers with a deadline, the store they run on."""
