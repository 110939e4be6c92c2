import { Controller } from "@hotwired/stimulus";
import type { FeatureCollection } from "geojson";
import type { Map as MapLibre } from "maplibre-gl";
import { word } from "../words";

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

/** A schematic map from GeoJSON addresses; what draws it is fetched only by pages that have one. */
export default class extends Controller<HTMLElement> {
  static override targets = ["canvas"];
  static override values = { src: String, points: String, on: String };
  declare readonly canvasTarget: HTMLElement;
  declare readonly srcValue: string;
  declare readonly pointsValue: string;
  declare readonly onValue: string;

  #map: MapLibre | null = null;
  #isGone = false;
  readonly #theme = new MutationObserver(() => void this.#draw());

  override connect(): void {
    this.#isGone = false;
    this.#theme.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
    this.element.addEventListener("live:changed", this.#redraw);
    void this.#draw();
  }

  override disconnect(): void {
    this.#isGone = true;
    this.#theme.disconnect();
    this.element.removeEventListener("live:changed", this.#redraw);
    this.#map?.remove();
    this.#map = null;
  }

  readonly #redraw = () => void this.#draw();

  async #draw(): Promise<void> {
    try {
      const [{ drawRegion }, outlines, points] = await Promise.all([
        import("../map/region_map"),
        fetchCollection(this.srcValue),
        this.pointsValue ? fetchCollection(this.pointsValue) : NOTHING,
      ]);
      if (this.#isGone) return;
      this.#map?.remove();
      this.#map = drawRegion({ canvas: this.canvasTarget, outlines: inForce(outlines, this.onValue), points });
    } catch (error) {
      console.warn("The map could not be drawn", error);
      this.#sayFailed();
    }
  }

  #sayFailed(): void {
    const text = document.createElement("p");
    text.className = "ph-map-failed";
    text.textContent = word("mapFailed");
    this.canvasTarget.replaceChildren(text);
  }
}

async function fetchCollection(url: string): Promise<FeatureCollection> {
  const answer = await fetch(url, { headers: { Accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return (await answer.json()) as FeatureCollection;
}

/** Units of a day (`2024-06-30`), of today by default: outlines of former provinces carry `valid_to`. */
function inForce(collection: FeatureCollection, on: string): FeatureCollection {
  const day = on || new Date().toISOString().slice(0, 10);
  const features = collection.features.filter(({ properties }) => {
    const { valid_from: from, valid_to: to } = (properties ?? {}) as { valid_from?: string | null; valid_to?: string | null };
    return (!from || from <= day) && (!to || to >= day);
  });
  return { ...collection, features };
}
