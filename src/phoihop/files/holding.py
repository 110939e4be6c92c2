"""Which attachments this node holds: those of its own records, and those whose bytes came with their record."""

from __future__ import annotations

from typing import Final

HELD: Final = """(EXISTS (SELECT FROM offices_node n WHERE n.id = a.node_id AND n.is_self)
    OR EXISTS (SELECT FROM files_possession p WHERE p.record_id = a.record_id AND p.sha256 = a.sha256))"""
"""The same as ``AttachmentQuerySet.told_if_here``, in SQL about rows ``a`` of ``files_attachment``."""
