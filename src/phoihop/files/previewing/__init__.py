"""Reading files that may be hostile, in a process that can be killed. Imports neither Django nor the database."""
