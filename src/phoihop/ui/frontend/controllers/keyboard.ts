import { Controller } from "@hotwired/stimulus";

const OFF = "phoihop-keys-off";

/** j and k move over rows, Enter opens, a acknowledges, ? explains. A person may switch the single letters off. */
export default class extends Controller<HTMLElement> {
  static override targets = ["help", "enabled"];
  declare readonly helpTarget: HTMLDialogElement;
  declare readonly hasHelpTarget: boolean;
  declare readonly enabledTarget: HTMLInputElement;
  declare readonly hasEnabledTarget: boolean;

  readonly #keys = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]") || localStorage.getItem(OFF)) return;
    if (event.key === "j") this.#move(1);
    else if (event.key === "k") this.#move(-1);
    else if (event.key === "a") this.#acknowledge();
    else if (event.key === "?") this.help();
    else return;
    event.preventDefault();
  };

  override connect(): void {
    document.addEventListener("keydown", this.#keys);
    if (this.hasEnabledTarget) this.enabledTarget.checked = !localStorage.getItem(OFF);
  }

  override disconnect(): void {
    document.removeEventListener("keydown", this.#keys);
  }

  help(): void {
    if (this.hasHelpTarget) this.helpTarget.showModal();
  }

  enable(): void {
    if (this.enabledTarget.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  }

  get #rows(): HTMLElement[] {
    return [...document.querySelectorAll<HTMLElement>("[data-row]")].filter((row) => row.offsetParent !== null);
  }

  get #current(): HTMLElement | null {
    return document.activeElement?.closest<HTMLElement>("[data-row]") ?? document.querySelector("[data-row].is-current");
  }

  #move(step: number): void {
    const rows = this.#rows;
    const current = this.#current;
    const at = current ? rows.indexOf(current) : -1;
    const row = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (!row) return;
    current?.classList.remove("is-current");
    row.classList.add("is-current");
    row.querySelector<HTMLElement>("a[href]")?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  #acknowledge(): void {
    const id = this.#current?.dataset["acknowledge"] ?? document.querySelector<HTMLElement>("[data-acknowledge-page]")?.id;
    if (id) document.getElementById(id)?.click();
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select"));
}
