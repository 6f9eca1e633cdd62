"""Keep a council's SEND & Inclusion delivery plan in Excel."""

__version__ = "0.1.0"
