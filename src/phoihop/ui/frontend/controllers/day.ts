import { Controller } from "@hotwired/stimulus";
import { icon } from "../icon";

const DAY = /^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})$/;
const BARE = /^(\d{2})(\d{2})(\d{4})$/;

/**
 * A day typed as 03/10/2026, whatever the browser's language: fills in zeros when it is left, and opens the browser's own
 * calendar by its button or by Alt+↓. The server reads what was typed; nothing here decides whether a day exists.
 */
export default class extends Controller<HTMLElement> {
  static override targets = ["typed"];
  static override values = { icon: String, kind: String, pick: String };
  declare readonly typedTarget: HTMLInputElement;
  declare readonly iconValue: string;
  declare readonly kindValue: string;
  declare readonly pickValue: string;

  #calendar: HTMLInputElement | null = null;

  override connect(): void {
    const calendar = document.createElement("input");
    calendar.type = this.kindValue;
    calendar.className = "ph-day-calendar";
    calendar.tabIndex = -1;
    calendar.setAttribute("aria-hidden", "true");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ph-day-button";
    button.tabIndex = -1;
    button.title = this.pickValue;
    button.setAttribute("aria-hidden", "true");
    button.append(icon(this.iconValue));
    button.addEventListener("click", this.#open);
    calendar.addEventListener("input", this.#chosen);
    calendar.addEventListener("change", stop);
    this.element.append(button, calendar);
    this.#calendar = calendar;
    this.typedTarget.addEventListener("keydown", this.#key);
    this.typedTarget.addEventListener("change", this.#tidy);
  }

  override disconnect(): void {
    this.typedTarget.removeEventListener("keydown", this.#key);
    this.typedTarget.removeEventListener("change", this.#tidy);
    this.element.querySelectorAll(".ph-day-button, .ph-day-calendar").forEach((part) => part.remove());
  }

  readonly #key = (event: KeyboardEvent) => {
    if (!event.altKey || event.key !== "ArrowDown") return;
    event.preventDefault();
    this.#open();
  };

  readonly #open = () => {
    if (!this.#calendar || this.typedTarget.disabled || this.typedTarget.readOnly) return;
    this.#calendar.value = toIso(this.typedTarget.value, this.kindValue);
    this.#calendar.showPicker();
  };

  readonly #chosen = (event: Event) => {
    event.stopPropagation();
    const [day = "", time = ""] = this.#calendar?.value.split("T") ?? [];
    const shown = day.split("-").reverse().join("/");
    this.typedTarget.value = [time, shown].filter(Boolean).join(" ");
    this.typedTarget.dispatchEvent(new Event("input", { bubbles: true }));
    this.typedTarget.dispatchEvent(new Event("change", { bubbles: true }));
    this.typedTarget.focus();
  };

  readonly #tidy = () => {
    const words = this.typedTarget.value.trim().split(/\s+/);
    this.typedTarget.value = words.map(padded).join(" ");
  };
}

function stop(event: Event): void {
  event.stopPropagation();
}

/** `3/10/26` becomes `03/10/2026`; anything else stays as it is. */
function padded(word: string): string {
  const found = BARE.exec(word) ?? DAY.exec(word);
  if (!found) return word;
  const [, day = "", month = "", year = ""] = found;
  return `${day.padStart(2, "0")}/${month.padStart(2, "0")}/${year.length > 2 ? year : `20${year}`}`;
}

/** What the browser's calendar is opened at; empty when nothing readable was typed. */
function toIso(typed: string, kind: string): string {
  const words = typed.trim().split(/\s+/).map(padded);
  const day = words.find((word) => /^\d{2}\/\d{2}\/\d{4}$/.test(word));
  if (!day) return "";
  const iso = day.split("/").reverse().join("-");
  const time = words.find((word) => /^\d{2}:\d{2}/.test(word))?.slice(0, 5) ?? "17:00";
  return kind === "date" ? iso : `${iso}T${time}`;
}
