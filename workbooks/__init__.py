"""The sample plan that ships with sendxl, and the workbooks and reference pages made of it."""
