"""The map of a region: which outlines belong on it on a given day, and the rectangle it is locked to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from phoihop.territory.data_files import Bounds, Outline, read_outlines

MARGIN = 0.15
"""Degrees left free around the outlines, so that no border lies on the edge of the map."""


@dataclass(frozen=True)
class Sketch:
    """A GeoJSON FeatureCollection (RFC 7946) as bytes, and a strong ETag of exactly these bytes."""

    body: bytes
    etag: str


@lru_cache(maxsize=64)
def sketch(provinces: frozenset[str], on: date) -> Sketch:
    """The outlines of ``provinces`` (codes) as they were on a day, with the rectangle around them in ``bbox``."""
    shown = outlines_of(provinces, on)
    collection: dict[str, Any] = {"type": "FeatureCollection"}
    if shown:
        collection["bbox"] = bounds_of(shown)
    collection["features"] = [dict(outline.feature) for outline in shown]
    body = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
    return Sketch(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def outlines_of(provinces: Iterable[str], on: date) -> Sequence[Outline]:
    """The outlines of these provinces that hold on a day."""
    wanted = frozenset(provinces)
    return [
        outline
        for outline in read_outlines()
        if outline.province in wanted
        and (outline.valid_from is None or outline.valid_from <= on)
        and (outline.valid_to is None or on <= outline.valid_to)
    ]


def bounds_of(outlines: Iterable[Outline]) -> Bounds:
    """West, south, east, north in degrees around all of them, with the margin. Raises ValueError without any."""
    points = [point for outline in outlines for point in _points(outline.feature["geometry"]["coordinates"])]
    if not points:
        raise ValueError("no outlines to draw a rectangle around")
    longitudes, latitudes = zip(*points, strict=True)
    return (
        round(min(longitudes) - MARGIN, 3),
        round(min(latitudes) - MARGIN, 3),
        round(max(longitudes) + MARGIN, 3),
        round(max(latitudes) + MARGIN, 3),
    )


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:
    if isinstance(coordinates[0], int | float):
        yield coordinates[0], coordinates[1]
        return
    for part in coordinates:
        yield from _points(part)


def is_drawn(province: str, on: date) -> bool:
    """Whether there is an outline of the province on a day."""
    return bool(outlines_of((province,), on))
