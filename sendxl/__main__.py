"""``python -m sendxl``: the command line."""

from sendxl.cli import main

main()
