"""The plan on sheets: reading and editing workbooks, and building new ones."""
