"""An import contract of our own: some modules of a room are for that room alone.

import-linter's ``protected`` contract with wildcards would let the ``urls`` of one room import the ``views`` of
another, because what its wildcards stand for is not compared.
"""

from __future__ import annotations

from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

ROOT = "phoihop"


class SameRoomContract(Contract):
    """``modules`` lists names of modules or packages that stand directly in a room."""

    type_name = "same_room"

    modules = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        private = set(cast("list[str]", self.modules))
        found = sorted(
            (importer, imported)
            for imported in graph.modules
            if _is_private(imported, private)
            for importer in graph.find_modules_that_directly_import(imported)
            if _room(importer) != _room(imported)
        )
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["found"]:
            output.print_error(f"- {importer} -> {imported}: use that room's selectors, actions, records or models")
        output.new_line()


def _is_private(module: str, private: set[str]) -> bool:
    parts = module.split(".")
    return len(parts) > 2 and parts[0] == ROOT and parts[2] in private


def _room(module: str) -> str:
    return ".".join(module.split(".")[:2])
