import { Controller } from "@hotwired/stimulus";

/** Choosing rows of a list: a box in each row, x on the current row, shift for all between; says how many are chosen. */
export default class extends Controller<HTMLElement> {
  static override targets = ["one", "all", "bar", "status", "act"];
  declare readonly oneTargets: HTMLInputElement[];
  declare readonly allTarget: HTMLInputElement;
  declare readonly hasAllTarget: boolean;
  declare readonly statusTarget: HTMLElement;
  declare readonly hasStatusTarget: boolean;
  declare readonly actTargets: HTMLButtonElement[];

  #chosen = new Set<string>();
  #last: HTMLInputElement | null = null;
  #shift = false;
  #hint = "";

  readonly #again = () => {
    for (const box of this.oneTargets) box.checked = this.#chosen.has(box.value);
    this.#say();
  };

  readonly #press = (event: KeyboardEvent | MouseEvent) => {
    this.#shift = event.shiftKey;
  };

  readonly #keys = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]") || localStorage.getItem("phoihop-keys-off")) return;
    const row = document.activeElement?.closest<HTMLElement>("[data-row]") ?? this.element.querySelector<HTMLElement>("[data-row].is-current");
    const box = row?.querySelector<HTMLInputElement>("[data-choosing-target=one]");
    if (!box || !this.element.contains(box)) return;
    event.preventDefault();
    this.#shift = event.shiftKey;
    box.checked = !box.checked;
    this.#choose(box);
  };

  override connect(): void {
    this.#hint = this.hasStatusTarget ? (this.statusTarget.textContent ?? "") : "";
    document.addEventListener("keydown", this.#keys);
    this.element.addEventListener("click", this.#press, true);
    document.body.addEventListener("htmx:after:swap", this.#again);
    for (const box of this.oneTargets) if (box.checked) this.#chosen.add(box.value);
    this.#say();
  }

  override disconnect(): void {
    document.removeEventListener("keydown", this.#keys);
    this.element.removeEventListener("click", this.#press, true);
    document.body.removeEventListener("htmx:after:swap", this.#again);
  }

  count(event: Event): void {
    this.#choose(event.target as HTMLInputElement);
  }

  all(): void {
    for (const box of this.oneTargets) this.#mark(box, this.allTarget.checked);
    this.#say();
  }

  #choose(box: HTMLInputElement): void {
    const boxes = this.oneTargets;
    const from = this.#shift && this.#last ? boxes.indexOf(this.#last) : -1;
    const to = boxes.indexOf(box);
    const between = from < 0 ? [box] : boxes.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const one of between) this.#mark(one, box.checked);
    this.#last = box;
    this.#shift = false;
    this.#say();
  }

  #mark(box: HTMLInputElement, chosen: boolean): void {
    box.checked = chosen;
    if (chosen) this.#chosen.add(box.value);
    else this.#chosen.delete(box.value);
    box.closest("tr")?.classList.toggle("is-chosen", chosen);
  }

  #say(): void {
    const count = this.oneTargets.filter((box) => box.checked).length;
    for (const button of this.actTargets) button.hidden = count === 0;
    if (this.hasStatusTarget) {
      this.statusTarget.textContent = count ? (this.statusTarget.dataset["words"] ?? "").replace("{n}", String(count)) : this.#hint;
    }
    if (!this.hasAllTarget) return;
    this.allTarget.checked = count > 0 && count === this.oneTargets.length;
    this.allTarget.indeterminate = count > 0 && count < this.oneTargets.length;
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select"));
}
