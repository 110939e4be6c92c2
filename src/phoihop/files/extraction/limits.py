"""What a process that reads strangers' files may use at most. The process binds itself before it opens anything."""

from __future__ import annotations

import resource

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 40


def bind(*, memory: int = MEMORY_BYTES, seconds: int = CPU_SECONDS) -> None:
    """Limit this process and its children: address space in bytes, processor time in seconds, and no file written."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
