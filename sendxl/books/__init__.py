"""The plan on sheets: reading and editing workbooks, and building new ones."""

import os

# Where lxml is installed, openpyxl would store other bytes for the same workbook, and a sheet cut short on a full disk.
os.environ.setdefault("OPENPYXL_LXML", "False")
