"""The rules about a master (D codes): what a person should mend in it, where, and how."""
