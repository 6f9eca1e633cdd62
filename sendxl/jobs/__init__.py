"""The verbs, one file each: what a person can have done."""
