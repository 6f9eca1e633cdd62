"""The ribbon of the add-in and the macros behind its buttons; `sendxl addin build` puts them into the add-in."""
