"""Rules and OWL 2 RL, into a graph of their own."""
