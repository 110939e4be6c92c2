"""Everything a page, the API or a job may read about documents."""
