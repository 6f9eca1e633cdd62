"""A workbook file as a zip package: opened safely though a stranger made it, and written again."""
