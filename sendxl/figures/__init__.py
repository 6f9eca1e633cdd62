"""What follows from the rows of a plan: status, reasons, savings, totals. Pure: no clock, no file, no spreadsheet."""
