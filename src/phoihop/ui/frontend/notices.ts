import { icon } from "./icon";
import { word } from "./words";

export type Tone = "info" | "success" | "warning" | "danger";

const ICONS: Record<Tone, string> = {
  info: "info-circle",
  success: "circle-check",
  warning: "alert-triangle",
  danger: "alert-triangle",
};
const STAYS_MS = 6_000;

/** Says `text` in the corner. Bad news stays until it is closed; the rest leaves by itself, unless it is being read. */
export function notify(tone: Tone, text: string): void {
  const box = document.createElement("div");
  box.className = `ph-notice ph-notice-${tone}`;
  const body = document.createElement("div");
  body.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "ph-icon-button";
  close.setAttribute("aria-label", word("close"));
  close.append(icon("x"));
  close.addEventListener("click", () => box.remove());
  box.append(icon(ICONS[tone]), body, close);
  document.getElementById("notices")?.append(box);
  if (tone === "info" || tone === "success") leaveLater(box);
}

function leaveLater(box: HTMLElement): void {
  const leave = () => (box.matches(":hover, :focus-within") ? window.setTimeout(leave, STAYS_MS) : box.remove());
  window.setTimeout(leave, STAYS_MS);
}
