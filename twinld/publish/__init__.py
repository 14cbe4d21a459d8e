"""What is put before the public, as bytes: addresses, pages, catalogue, dumps, site."""
