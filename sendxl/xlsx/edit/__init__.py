"""Edits spliced into a workbook's parts: set, grow, shrink, and verified before the old file is replaced."""
