import { Controller } from "@hotwired/stimulus";

/**
 * A form that is sent once, however often it is clicked.
 *
 * The server's idempotency key (hidden input `idempotency_key`, if the form has one) covers what a browser cannot: a
 * request sent again by the network or from the history.
 */
export default class extends Controller<HTMLFormElement> {
  #sent = false;

  readonly #restore = (event: PageTransitionEvent) => {
    if (event.persisted) this.reset();
  };

  override connect(): void {
    this.element.addEventListener("submit", this.#submit);
    window.addEventListener("pageshow", this.#restore);
  }

  override disconnect(): void {
    this.element.removeEventListener("submit", this.#submit);
    window.removeEventListener("pageshow", this.#restore);
  }

  reset(): void {
    this.#sent = false;
    for (const button of this.#buttons) button.removeAttribute("aria-busy");
  }

  readonly #submit = (event: SubmitEvent) => {
    if (this.#sent) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    this.#sent = true;
    for (const button of this.#buttons) button.setAttribute("aria-busy", "true");
  };

  get #buttons(): NodeListOf<HTMLButtonElement> {
    return this.element.querySelectorAll<HTMLButtonElement>("button[type=submit], button:not([type])");
  }
}
