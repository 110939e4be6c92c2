"""Communes as points of a map (RFC 7946): their outlines are in no source, their centres are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from phoihop.territory.models import Commune


def points_of(communes: Iterable[Commune], *, chosen: Commune | None = None) -> bytes:
    """A GeoJSON FeatureCollection of communes whose place is known, each with its page; the chosen one is red."""
    radius = 3 if chosen is None else 5
    features = [_point(commune, "neutral", radius) for commune in communes if commune.lat is not None]
    if chosen is not None and chosen.lat is not None:
        features.append(_point(chosen, "red", 7))
    content = {"type": "FeatureCollection", "features": features}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _point(commune: Commune, tone: str, radius: int) -> dict[str, Any]:
    place = f"{commune.full_name}, {commune.district}" if commune.district else commune.full_name
    return {
        "type": "Feature",
        "id": commune.code,
        "properties": {
            "title": place,
            "tone": tone,
            "radius": radius,
            "gso": commune.gso,
            "valid_from": commune.valid_from.isoformat() if commune.valid_from else None,
            "valid_to": commune.valid_to.isoformat() if commune.valid_to else None,
            "url": reverse("territory:commune", args=(commune.code,)),
        },
        "geometry": {"type": "Point", "coordinates": [commune.lon, commune.lat]},
    }
