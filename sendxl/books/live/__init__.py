"""A Book over a workbook that is open in Excel."""
