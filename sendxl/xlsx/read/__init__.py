"""Cells of a workbook as they really are."""
