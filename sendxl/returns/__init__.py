"""A tracker come back: what is found in it and what it changes."""
