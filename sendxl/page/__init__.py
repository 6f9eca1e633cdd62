"""The page that needs no installation: one HTML file in which a browser does what the command line does."""
