"""The Board report: a Word document of how the plan stands, from a template that a council may restyle."""
