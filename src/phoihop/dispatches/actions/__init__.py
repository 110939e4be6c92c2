"""Everything an office can do with documents, one verb a function. See the modules for the sides of the work."""
