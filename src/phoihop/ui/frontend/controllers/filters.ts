import { Controller } from "@hotwired/stimulus";

/** A filter form that sends itself, without empty fields, so that the address stays short and can be sent on. */
export default class extends Controller<HTMLFormElement> {
  override connect(): void {
    this.element.addEventListener("submit", this.#submit);
  }

  override disconnect(): void {
    this.element.removeEventListener("submit", this.#submit);
  }

  apply(): void {
    this.element.requestSubmit();
  }

  readonly #submit = (event: Event) => {
    event.preventDefault();
    const url = new URL(this.element.action || location.href);
    url.search = "";
    for (const [name, value] of new FormData(this.element)) {
      if (typeof value === "string" && value.trim()) url.searchParams.append(name, value.trim());
    }
    location.assign(url);
  };
}
