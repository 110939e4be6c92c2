import { Controller } from "@hotwired/stimulus";
import { fold } from "../text";
import { word } from "../words";

const PAUSE_MS = 150;

/** Ctrl+K: places of the shell at once, and what the search knows as soon as it answers. */
export default class extends Controller<HTMLDialogElement> {
  static override targets = ["input", "results", "places", "found"];
  static override values = { url: String };
  declare readonly inputTarget: HTMLInputElement;
  declare readonly resultsTarget: HTMLElement;
  declare readonly placesTarget: HTMLElement;
  declare readonly foundTarget: HTMLElement;
  declare readonly urlValue: string;

  #timer = 0;
  #asking: AbortController | null = null;

  readonly #shortcut = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (this.element.open) this.element.close();
      else this.open();
    }
  };

  override connect(): void {
    document.addEventListener("keydown", this.#shortcut);
  }

  override disconnect(): void {
    document.removeEventListener("keydown", this.#shortcut);
    window.clearTimeout(this.#timer);
    this.#asking?.abort();
  }

  open(): void {
    this.element.showModal();
    this.inputTarget.select();
    this.search();
  }

  backdrop(event: Event): void {
    if (event.target === this.element) this.element.close();
  }

  search(): void {
    this.#filterPlaces();
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#ask(), PAUSE_MS);
  }

  move(event: KeyboardEvent): void {
    const links = this.#links;
    const at = links.findIndex((link) => link.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = event.key === "ArrowDown" ? at + 1 : at - 1;
      this.#select((next + links.length) % links.length);
    } else if (event.key === "Escape") {
      // A search field would only empty itself.
      event.preventDefault();
      this.element.close();
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      links[at]?.click();
    }
  }

  get #links(): HTMLAnchorElement[] {
    return [...this.resultsTarget.querySelectorAll<HTMLAnchorElement>("a[href]")].filter((link) => !link.closest("[hidden]"));
  }

  /** Lists become groups of options for those who hear the page: an option counts only inside a list box. */
  #describe(): void {
    for (const list of this.resultsTarget.querySelectorAll("ul")) {
      const heading = list.previousElementSibling;
      heading?.setAttribute("role", "presentation");
      list.setAttribute("role", "group");
      list.setAttribute("aria-label", heading?.textContent?.trim() ?? "");
      for (const item of list.children) item.setAttribute("role", "none");
    }
  }

  #select(index: number): void {
    this.#describe();
    for (const link of this.resultsTarget.querySelectorAll("[aria-selected]")) link.setAttribute("aria-selected", "false");
    this.#links.forEach((link, position) => {
      link.id ||= `palette-${position}-${link.pathname}`;
      link.setAttribute("aria-selected", String(position === index));
      link.setAttribute("role", "option");
      if (position === index) {
        link.scrollIntoView({ block: "nearest" });
        this.inputTarget.setAttribute("aria-activedescendant", link.id);
      }
    });
  }

  #filterPlaces(): void {
    const wanted = fold(this.inputTarget.value.trim());
    let shown = 0;
    for (const item of this.placesTarget.children) {
      const hit = fold(item.textContent ?? "").includes(wanted);
      item.toggleAttribute("hidden", !hit);
      shown += Number(hit);
    }
    this.placesTarget.previousElementSibling?.toggleAttribute("hidden", shown === 0);
    this.#select(wanted ? 0 : -1);
  }

  async #ask(): Promise<void> {
    this.#asking?.abort();
    const q = this.inputTarget.value.trim();
    if (!q) return this.foundTarget.replaceChildren();
    this.#asking = new AbortController();
    try {
      const url = new URL(this.urlValue, location.href);
      url.searchParams.set("q", q);
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: this.#asking.signal });
      this.#show(answer.ok && !answer.redirected ? await answer.text() : "");
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.#show("");
    }
  }

  #show(html: string): void {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    if (parsed.querySelector("a[href]")) this.foundTarget.replaceChildren(...parsed.body.childNodes);
    else {
      const note = document.createElement("p");
      note.className = "ph-palette-heading";
      note.setAttribute("role", "presentation");
      note.textContent = word("nothingFound");
      this.foundTarget.replaceChildren(note);
    }
    this.#select(0);
  }
}
