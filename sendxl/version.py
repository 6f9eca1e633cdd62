"""The version of sendxl, told once: the package's own, and what it writes into what it makes."""

__version__ = "0.2.0"
