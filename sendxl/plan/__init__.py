"""What a delivery plan is: its columns, words, periods and status. Knows no spreadsheet, no clock and no file."""
