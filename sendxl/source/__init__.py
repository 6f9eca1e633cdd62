"""Reading a published plan into rows and doubts."""
