"""Chaos: runs go to their end with right results while processes, connections and the server fail around them."""
