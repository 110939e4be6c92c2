"""Phối Hợp: offices that answer to different chains of command act as one."""

__version__ = "0.1.0"
