/** Icons in elements that scripts make, from the same sprite as the templates'. */

const SVG = "http://www.w3.org/2000/svg";

/** A decorative icon. The sprite's address comes from the page, since its name changes with every build. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon ph-icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.getElementById("words")?.dataset["sprite"] ?? ""}#${name}`);
  svg.append(use);
  return svg;
}
