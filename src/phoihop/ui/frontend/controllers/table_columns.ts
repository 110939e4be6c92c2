import { Controller } from "@hotwired/stimulus";

/** Which columns of a list this person wants to see; remembered in this browser. */
export default class extends Controller<HTMLElement> {
  static override values = { table: String };
  declare readonly tableValue: string;

  readonly #again = () => this.#apply();

  override connect(): void {
    this.element.replaceChildren(...this.#headings.map((heading) => this.#choice(heading)));
    document.body.addEventListener("htmx:after:swap", this.#again);
    this.#apply();
  }

  override disconnect(): void {
    document.body.removeEventListener("htmx:after:swap", this.#again);
  }

  get #table(): HTMLTableElement | null {
    return document.getElementById(this.tableValue) as HTMLTableElement | null;
  }

  get #headings(): HTMLTableCellElement[] {
    return [...(this.#table?.querySelectorAll<HTMLTableCellElement>("th[data-column]") ?? [])];
  }

  get #key(): string {
    return `phoihop-columns:${this.tableValue}`;
  }

  get #hidden(): Set<string> {
    return new Set((localStorage.getItem(this.#key) ?? "").split(" ").filter(Boolean));
  }

  #choice(heading: HTMLTableCellElement): HTMLLabelElement {
    const name = heading.dataset["column"]!;
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "form-check-input m-0";
    box.checked = !this.#hidden.has(name);
    box.addEventListener("change", () => this.#remember(name, box.checked));
    label.append(box, heading.textContent?.trim() ?? name);
    return label;
  }

  #remember(name: string, shown: boolean): void {
    const hidden = this.#hidden;
    if (shown) hidden.delete(name);
    else hidden.add(name);
    localStorage.setItem(this.#key, [...hidden].join(" "));
    this.#apply();
  }

  #apply(): void {
    const hidden = this.#hidden;
    for (const heading of this.#headings) {
      const isHidden = hidden.has(heading.dataset["column"]!);
      for (const row of this.#table?.rows ?? []) row.cells[heading.cellIndex]?.classList.toggle("is-hidden", isHidden);
    }
  }
}
