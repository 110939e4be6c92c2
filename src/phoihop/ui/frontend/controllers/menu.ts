import { Controller } from "@hotwired/stimulus";

/** A `<details>` menu that closes as menus do: outside click, Escape, leaving it with Tab; arrows move inside. */
export default class extends Controller<HTMLDetailsElement> {
  readonly #outside = (event: Event) => {
    if (this.element.open && !this.element.contains(event.target as Node)) this.element.open = false;
  };

  override connect(): void {
    document.addEventListener("click", this.#outside);
    document.addEventListener("focusin", this.#outside);
    this.element.addEventListener("keydown", this.#keys);
  }

  override disconnect(): void {
    document.removeEventListener("click", this.#outside);
    document.removeEventListener("focusin", this.#outside);
    this.element.removeEventListener("keydown", this.#keys);
  }

  readonly #keys = (event: KeyboardEvent) => {
    if (!this.element.open) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.element.open = false;
      this.element.querySelector("summary")?.focus();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.#move(event.key === "ArrowDown" ? 1 : -1);
    }
  };

  #move(step: number): void {
    const items = [...this.element.querySelectorAll<HTMLElement>(".ph-menu-list :is(a, button, input)")];
    const at = items.indexOf(document.activeElement as HTMLElement);
    items[(at + step + items.length) % items.length]?.focus();
  }
}
