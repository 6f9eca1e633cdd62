"""A Book over a file on disk: read, edited by splicing, verified, replaced in one step."""
