import { Controller } from "@hotwired/stimulus";

const STEPS: ReadonlyArray<[Intl.RelativeTimeFormatUnit, number]> = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** How long ago, beside the absolute time; it goes on counting while the page is open. */
export default class extends Controller<HTMLElement> {
  static override values = { at: String };
  declare readonly atValue: string;
  #timer = 0;

  override connect(): void {
    this.#tell();
    this.#timer = window.setInterval(() => this.#tell(), 30_000);
  }

  override disconnect(): void {
    window.clearInterval(this.#timer);
  }

  #tell(): void {
    const seconds = (Date.parse(this.atValue) - Date.now()) / 1000;
    const format = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
    const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
    this.element.textContent = unit === "second" ? format.format(0, "second") : format.format(Math.trunc(seconds / size), unit);
  }
}
