/**
 * The schematic map of the region: outlines as fills, names as HTML, points with a tone.
 *
 * It draws only what it is given and can be moved only about the region, so that no wider map, with borders that must be
 * shown in a way the law fixes, ever appears. Names are HTML because glyphs for a vector map would have to be fetched.
 */
import type { Feature, FeatureCollection, Position } from "geojson";
import { Map as MapLibre, Marker, NavigationControl, Popup, setWorkerUrl, type LngLatBoundsLike, type MapMouseEvent, type StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { word } from "../words";

setWorkerUrl(workerUrl);

export type Box = [west: number, south: number, east: number, north: number];

export interface Drawing {
  canvas: HTMLElement;
  outlines: FeatureCollection;
  points: FeatureCollection;
}

const MARGIN = 0.06;
const TONES = ["neutral", "blue", "green", "amber", "orange", "red", "purple"] as const;

/** Draws the map and answers it; call `remove()` when its element goes. */
export function drawRegion({ canvas, outlines, points }: Drawing): MapLibre {
  const bounds = fitted(boxOf(outlines), canvas.clientWidth / Math.max(canvas.clientHeight, 1));
  const map = new MapLibre({
    container: canvas,
    style: style(outlines, points),
    bounds: limits(bounds),
    maxBounds: limits(bounds),
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    renderWorldCopies: false,
    maxZoom: 12,
    cooperativeGestures: true,
    fadeDuration: 0,
    locale: {
      "NavigationControl.ZoomIn": word("mapZoomIn"),
      "NavigationControl.ZoomOut": word("mapZoomOut"),
      "CooperativeGesturesHandler.WindowsHelpText": word("mapGesture"),
      "CooperativeGesturesHandler.MacHelpText": word("mapGesture"),
      "CooperativeGesturesHandler.MobileHelpText": word("mapTouch"),
      "Map.Title": word("mapTitle"),
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-left");
  for (const feature of outlines.features) label(map, feature);
  map.on("click", "areas", (event) => open(event, event.features?.[0]));
  map.on("click", "points", (event) => tell(map, event, event.features?.[0]));
  for (const layer of ["areas", "points"]) {
    map.on("mouseenter", layer, (event) => (map.getCanvas().style.cursor = event.features?.[0]?.properties["url"] || layer === "points" ? "pointer" : ""));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  return map;
}

/** Smallest box around all coordinates, with a margin. */
export function boxOf(collection: FeatureCollection): Box {
  const box: Box = [180, 90, -180, -90];
  for (const feature of collection.features) for (const [x, y] of positions(feature)) grow(box, x!, y!);
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  return [box[0] - width * MARGIN, box[1] - height * MARGIN, box[2] + width * MARGIN, box[3] + height * MARGIN];
}

/** `box` widened or heightened to the aspect of its window, else limits would cut the region off. */
export function fitted(box: Box, aspect: number): Box {
  const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  const squeeze = Math.cos((y * Math.PI) / 180);
  const width = Math.max((box[2] - box[0]) * squeeze, (box[3] - box[1]) * aspect) / squeeze;
  const height = (width * squeeze) / aspect;
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

function limits([west, south, east, north]: Box): LngLatBoundsLike {
  return [
    [west, south],
    [east, north],
  ];
}

function grow(box: Box, x: number, y: number): void {
  box[0] = Math.min(box[0], x);
  box[1] = Math.min(box[1], y);
  box[2] = Math.max(box[2], x);
  box[3] = Math.max(box[3], y);
}

function positions({ geometry }: Feature): Position[] {
  if (geometry.type === "Point") return [geometry.coordinates];
  if (geometry.type === "Polygon") return geometry.coordinates.flat();
  if (geometry.type === "MultiPolygon") return geometry.coordinates.flat(2);
  return [];
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--ph-${name}`).trim();
}

function style(outlines: FeatureCollection, points: FeatureCollection): StyleSpecification {
  const tone = (suffix: string) => ["match", ["get", "tone"], ...TONES.flatMap((name) => [name, colour(`${name}${suffix}`)]), colour(`map-land${suffix}`)];
  return {
    version: 8,
    sources: { outlines: { type: "geojson", data: outlines }, points: { type: "geojson", data: points } },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colour("map-sea") } },
      { id: "areas", type: "fill", source: "outlines", filter: ["!=", ["geometry-type"], "Point"], paint: { "fill-color": tone("-bg") } },
      { id: "borders", type: "line", source: "outlines", paint: { "line-color": colour("line-strong"), "line-width": 1.2 } },
      { id: "islands", type: "circle", source: "outlines", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 4, "circle-color": tone("-bg"), "circle-stroke-width": 1.2, "circle-stroke-color": colour("line-strong") } },
      { id: "points", type: "circle", source: "points", paint: { "circle-radius": ["coalesce", ["get", "radius"], 7], "circle-color": tone(""), "circle-stroke-width": ["case", ["<", ["coalesce", ["get", "radius"], 7], 5], 1, 2], "circle-stroke-color": colour("surface") } },
    ],
  } as StyleSpecification;
}

function label(map: MapLibre, feature: Feature): void {
  const { name, count } = (feature.properties ?? {}) as { name?: string; count?: number };
  if (!name) return;
  const element = document.createElement("span");
  element.className = "ph-map-label";
  element.textContent = count ? `${name} · ${count}` : name;
  const box = boxOf({ type: "FeatureCollection", features: [feature] });
  const at: [number, number] = feature.geometry.type === "Point" ? [box[0], box[1]] : [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  new Marker({ element, anchor: feature.geometry.type === "Point" ? "left" : "center", offset: feature.geometry.type === "Point" ? [8, 0] : [0, 0] }).setLngLat(at).addTo(map);
  element.removeAttribute("aria-label");
  element.removeAttribute("role");
}

function open(event: MapMouseEvent, feature: { properties: Record<string, unknown> } | undefined): void {
  const url = feature?.properties["url"];
  if (!event.defaultPrevented && typeof url === "string") location.assign(new URL(url, location.href));
}

function tell(map: MapLibre, event: MapMouseEvent, feature: { properties: Record<string, unknown> } | undefined): void {
  if (!feature) return;
  event.preventDefault();
  const { title, url } = feature.properties as { title?: string; url?: string };
  const content = document.createElement(url ? "a" : "span");
  content.className = "ph-map-popup";
  content.textContent = title ?? "";
  if (content instanceof HTMLAnchorElement && url) content.href = url;
  new Popup({ closeButton: false }).setLngLat(event.lngLat).setDOMContent(content).addTo(map);
}
