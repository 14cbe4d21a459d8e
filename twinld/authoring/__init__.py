"""What people write without writing Turtle: rows of a spreadsheet and answers to questions become RDF that checks."""
