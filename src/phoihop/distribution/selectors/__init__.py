"""Reading distribution lists: those an office may use, who is in them, and how they came to be so."""
