"""The signed directory: offices, bodies, hosting and keys, changed only by records of the region's directory key."""
