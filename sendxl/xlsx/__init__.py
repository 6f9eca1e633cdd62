"""Closed .xlsx and .xlsm files: reading cells as they are and splicing edits, knowing nothing of plans."""
