"""New workbooks: masters, trackers, reports and what they are made of, built with openpyxl."""
