import { Controller } from "@hotwired/stimulus";

/** The navigation as a drawer on narrow screens. */
export default class extends Controller<HTMLElement> {
  static override targets = ["toggle", "panel"];
  declare readonly toggleTarget: HTMLButtonElement;
  declare readonly panelTarget: HTMLElement;
  declare readonly hasToggleTarget: boolean;

  readonly #outside = (event: Event) => {
    const target = event.target as Node;
    if (!this.panelTarget.contains(target) && !this.toggleTarget.contains(target)) this.#set(false);
  };

  readonly #escape = (event: KeyboardEvent) => {
    if (event.key === "Escape" && this.#isOpen) {
      this.#set(false);
      this.toggleTarget.focus();
    }
  };

  override disconnect(): void {
    this.#listen(false);
  }

  toggle(): void {
    this.#set(!this.#isOpen);
    if (this.#isOpen) this.panelTarget.querySelector<HTMLElement>("a")?.focus();
  }

  get #isOpen(): boolean {
    return this.panelTarget.classList.contains("is-open");
  }

  #set(open: boolean): void {
    this.panelTarget.classList.toggle("is-open", open);
    this.toggleTarget.setAttribute("aria-expanded", String(open));
    this.#listen(open);
  }

  #listen(on: boolean): void {
    const change = on ? document.addEventListener : document.removeEventListener;
    change.call(document, "click", this.#outside as EventListener);
    change.call(document, "keydown", this.#escape as EventListener);
  }
}
