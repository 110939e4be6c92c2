"""Hồ sơ công việc: opened, filled with what is there already, closed, handed over to the archive."""
