"""The secrecy guard: what bears the mark of a state secret is stopped on its way in, and nothing of it is kept."""
