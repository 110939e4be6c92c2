import { Controller } from "@hotwired/stimulus";

/** Tells the server that the page is being printed. */
export default class extends Controller<HTMLElement> {
  static override values = { url: String };
  declare readonly urlValue: string;

  readonly #tell = () => {
    const token = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}")["X-CSRFToken"] ?? "";
    void fetch(this.urlValue, { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true });
  };

  override connect(): void {
    window.addEventListener("beforeprint", this.#tell);
  }

  override disconnect(): void {
    window.removeEventListener("beforeprint", this.#tell);
  }
}
