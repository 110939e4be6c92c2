import { Controller } from "@hotwired/stimulus";

/** Shows what is typed in a password field, for as long as its owner wants. It is hidden again before it is sent. */
export default class extends Controller<HTMLElement> {
  static override targets = ["field", "button"];
  declare readonly fieldTarget: HTMLInputElement;
  declare readonly buttonTarget: HTMLButtonElement;

  readonly #hide = () => this.#show(false);

  override connect(): void {
    this.fieldTarget.form?.addEventListener("submit", this.#hide);
  }

  override disconnect(): void {
    this.fieldTarget.form?.removeEventListener("submit", this.#hide);
  }

  toggle(): void {
    this.#show(this.fieldTarget.type === "password");
    this.fieldTarget.focus();
  }

  #show(isShown: boolean): void {
    this.fieldTarget.type = isShown ? "text" : "password";
    this.buttonTarget.setAttribute("aria-pressed", String(isShown));
  }
}
