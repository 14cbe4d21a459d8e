"""SPARQL stores elsewhere: a small client of the SPARQL 1.1 Protocol and the Graph Store Protocol, and what it is for.

Its place is above `graph` (a dataset is what is pushed) and below `query` and `shacl`, which ask a store.
"""
