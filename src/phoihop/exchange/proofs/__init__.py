"""Proofs that go with the paper: what a log holds, checkable on any machine without this installation.

``form``, ``paths``, ``authority`` and ``checking`` are pure and know nothing of a database; ``proving`` reads one.
"""
