import { Controller } from "@hotwired/stimulus";
import { notify, type Tone } from "../notices";
import { word } from "../words";

interface RequestContext {
  sourceElement?: Element;
  select?: string;
  text?: string;
  response?: { status: number; raw: Response };
}

interface SwapDetail {
  ctx: RequestContext;
  tasks: Array<{ type: string; fragment: DocumentFragment }>;
}

/** Shows what the server says about partial requests: `HX-Trigger: {"notice": {"tone", "text"}}`, and every failure. */
export default class extends Controller<HTMLElement> {
  override connect(): void {
    document.addEventListener("notice", this.#said as EventListener);
    document.addEventListener("htmx:response:error", this.#refused as EventListener);
    document.addEventListener("htmx:error", this.#failed as EventListener);
    document.addEventListener("htmx:before:swap", this.#guard as EventListener);
  }

  override disconnect(): void {
    document.removeEventListener("notice", this.#said as EventListener);
    document.removeEventListener("htmx:response:error", this.#refused as EventListener);
    document.removeEventListener("htmx:error", this.#failed as EventListener);
    document.removeEventListener("htmx:before:swap", this.#guard as EventListener);
  }

  readonly #said = (event: CustomEvent<{ tone?: Tone; text?: string }>) => {
    if (event.detail.text) notify(event.detail.tone ?? "info", event.detail.text);
  };

  readonly #refused = (event: CustomEvent<{ ctx: RequestContext }>) => {
    const { sourceElement, response, text } = event.detail.ctx;
    if (response?.status === 422 || isBackground(sourceElement)) return;
    const said = new DOMParser().parseFromString(text ?? "", "text/html").querySelector(".ph-notice")?.textContent;
    notify("danger", said?.replace(/\s+/g, " ").trim() || word("refused", { status: response?.status ?? 0 }));
  };

  readonly #failed = (event: CustomEvent<{ ctx: RequestContext }>) => {
    if (!isBackground(event.detail.ctx?.sourceElement)) notify("danger", word("unreachable"));
  };

  /** An answer without the part that was asked for (the sign-in page, mostly) must not empty the page. */
  readonly #guard = (event: CustomEvent<SwapDetail>) => {
    const { ctx, tasks } = event.detail;
    const main = tasks.find((task) => task.type === "main");
    if (!ctx.select || !main || main.fragment.childElementCount > 0) return;
    event.preventDefault();
    if (ctx.response?.raw.redirected) location.reload();
  };
}

function isBackground(element: Element | undefined): boolean {
  return element?.matches("[data-live], [data-live-subject]") ?? false;
}
