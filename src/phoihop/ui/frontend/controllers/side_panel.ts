import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";
import { notify } from "../notices";
import { word } from "../words";

/**
 * Opens the chosen row beside the list: links with `data-side` are fetched as ordinary pages, and their head, content
 * and dialogs shown here. A form sent from here answers here, and the list behind it is refreshed.
 */
export default class extends Controller<HTMLElement> {
  static override targets = ["body", "link"];
  declare readonly bodyTarget: HTMLElement;
  declare readonly linkTarget: HTMLAnchorElement;

  #opener: HTMLElement | null = null;
  #asking: AbortController | null = null;

  override connect(): void {
    document.addEventListener("click", this.#click);
    document.addEventListener("keydown", this.#escape);
    this.element.addEventListener("submit", this.#submit);
    document.addEventListener("htmx:after:swap", this.#markOptional);
    this.#markOptional();
  }

  override disconnect(): void {
    document.removeEventListener("click", this.#click);
    document.removeEventListener("keydown", this.#escape);
    this.element.removeEventListener("submit", this.#submit);
    document.removeEventListener("htmx:after:swap", this.#markOptional);
    this.#asking?.abort();
  }

  close(): void {
    this.element.hidden = true;
    this.bodyTarget.replaceChildren();
    this.#mark(null);
    this.#opener?.focus();
  }

  readonly #click = (event: MouseEvent) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-side]");
    if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.#opener = link;
    void this.#load(new Request(link.href));
  };

  readonly #escape = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !this.element.hidden && !document.querySelector("dialog[open]")) this.close();
  };

  readonly #submit = (event: SubmitEvent) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method !== "post" || form.dataset["side"] === "off") return;
    event.preventDefault();
    const action = event.submitter?.getAttribute("formaction") || form.getAttribute("action") || this.linkTarget.href;
    void this.#load(new Request(new URL(action, this.linkTarget.href), { method: "POST", body: new FormData(form, event.submitter) }));
  };

  /** Cells of optional columns: the style sheet hides them while the panel takes their room. */
  readonly #markOptional = () => {
    for (const heading of document.querySelectorAll<HTMLTableCellElement>(".ph-content th[data-column]")) {
      for (const row of heading.closest("table")?.rows ?? []) row.cells[heading.cellIndex]?.classList.add("ph-cell-extra");
    }
  };

  async #load(request: Request): Promise<void> {
    this.#asking?.abort();
    this.#asking = new AbortController();
    this.element.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(request, { signal: this.#asking.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.querySelector("#content")) return this.#elsewhere(request, answer, page);
      this.#show(answer.url, page);
      if (request.method === "POST") this.#refreshList();
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) notify("danger", word("unreachable"));
    } finally {
      this.element.removeAttribute("aria-busy");
    }
  }

  /** Not a page of the shell: an error says what it says, anything else (sign-in) is opened as a page. */
  #elsewhere(request: Request, answer: Response, page: Document): void {
    if (answer.ok && request.method === "GET") location.assign(answer.url);
    else if (answer.ok) location.reload();
    else notify("danger", page.querySelector(".card-body")?.textContent?.replace(/\s+/g, " ").trim() ?? word("unreachable"));
  }

  #show(url: string, page: Document): void {
    const head = page.querySelector(".ph-subject-head, .ph-page-head");
    const messages = page.querySelector("#messages");
    const content = page.querySelector("#content")!;
    const dialogs = page.querySelector("#dialogs");
    messages?.removeAttribute("id");
    const parts = [head, messages, ...content.childNodes, ...(dialogs?.childNodes ?? [])].filter((node) => node !== null);
    this.bodyTarget.replaceChildren(...parts);
    for (const heading of this.bodyTarget.querySelectorAll("h1")) heading.replaceWith(secondLevel(heading));
    this.linkTarget.href = url;
    this.element.hidden = false;
    htmx.process(this.bodyTarget);
    this.#mark(this.#opener);
    this.element.scrollTop = 0;
    this.bodyTarget.focus({ preventScroll: true });
  }

  #refreshList(): void {
    for (const list of document.querySelectorAll('#main [data-live="list"], nav[data-live="list"]')) {
      if (!this.element.contains(list)) list.dispatchEvent(new CustomEvent("live:changed"));
    }
  }

  #mark(opener: HTMLElement | null): void {
    for (const row of document.querySelectorAll("[data-row].is-open")) row.classList.remove("is-open");
    opener?.closest("[data-row]")?.classList.add("is-open");
  }
}

/** The page behind keeps its one first-level heading. */
function secondLevel(heading: Element): HTMLHeadingElement {
  const second = document.createElement("h2");
  second.className = heading.className;
  second.append(...heading.childNodes);
  return second;
}
