"""This computer and its Excel: what stands in the way, and the add-in that is put there."""
