import { Controller } from "@hotwired/stimulus";
import { connect, type Connection } from "../live/connection";
import type { News } from "../live/stream";

const GATHER_MS = 250;
const LIST_PAUSE_MS = 2_000;
const BUSY_PAUSE_MS = 3_000;
const POLL_MS = 30_000;

/**
 * Keeps what is on the page true.
 *
 * News names subjects only. Elements with `data-live-subject` of a changed subject, and every `data-live="list"`, get the
 * event `live:changed` and fetch themselves again through the ordinary pages. While there is no stream, everything is
 * fetched again every half minute. A page nobody looks at waits until somebody does.
 */
export default class extends Controller<HTMLElement> {
  static override targets = ["status"];
  declare readonly statusTargets: HTMLElement[];

  #connection: Connection | null = null;
  #subjects = new Set<string>();
  #everything = false;
  #timer = 0;
  #poll = 0;
  #lastList = 0;

  override connect(): void {
    const url = meta("phoihop-live");
    if (!url || !document.querySelector("[data-live], [data-live-subject]")) return;
    this.#connection = connect(new URL(url, location.href).href, meta("phoihop-acting"), (news) => this.#hear(news));
    document.addEventListener("visibilitychange", this.#soon);
    window.addEventListener("pagehide", this.#leave);
    window.addEventListener("pageshow", this.#comeBack);
  }

  override disconnect(): void {
    this.#leave();
    document.removeEventListener("visibilitychange", this.#soon);
    window.removeEventListener("pagehide", this.#leave);
    window.removeEventListener("pageshow", this.#comeBack);
  }

  readonly #leave = () => {
    this.#connection?.leave();
    window.clearInterval(this.#poll);
    window.clearTimeout(this.#timer);
  };

  readonly #comeBack = (event: PageTransitionEvent) => {
    if (!event.persisted) return;
    this.#connection?.join();
    this.#hear({ kind: "missed" });
  };

  readonly #soon = () => {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#pass(), GATHER_MS);
  };

  #hear(news: News): void {
    if (news.kind === "connected" || news.kind === "lost") this.#showState(news.kind === "connected");
    else if (news.kind === "missed") this.#everything = true;
    else for (const subject of news.subjects) this.#subjects.add(subject);
    if (news.kind === "changed" || news.kind === "missed") {
      this.#subjects.add("");
      this.#soon();
    }
  }

  #showState(isConnected: boolean): void {
    for (const status of this.statusTargets) status.hidden = isConnected;
    window.clearInterval(this.#poll);
    if (!isConnected) this.#poll = window.setInterval(() => this.#hear({ kind: "missed" }), POLL_MS);
  }

  #pass(): void {
    if (document.hidden || this.#subjects.size === 0) return;
    const listWait = this.#lastList + LIST_PAUSE_MS - Date.now();
    if (listWait > 0) {
      this.#timer = window.setTimeout(() => this.#pass(), listWait);
      return;
    }
    const changed = [...document.querySelectorAll<HTMLElement>("[data-live], [data-live-subject]")].filter((element) => this.#concerns(element));
    if (changed.some(isBeingUsed)) {
      this.#timer = window.setTimeout(() => this.#pass(), BUSY_PAUSE_MS);
      return;
    }
    this.#lastList = Date.now();
    this.#subjects.clear();
    this.#everything = false;
    for (const element of changed) element.dispatchEvent(new CustomEvent("live:changed"));
  }

  #concerns(element: HTMLElement): boolean {
    if (this.#everything || element.dataset["live"] === "list") return true;
    return (element.dataset["liveSubject"] ?? "").split(" ").some((subject) => subject !== "" && this.#subjects.has(subject));
  }
}

/** Someone is typing in it, or has opened a menu or dialog of it: do not take it away under the fingers. */
function isBeingUsed(element: HTMLElement): boolean {
  const active = document.activeElement;
  const typing = active !== null && element.contains(active) && active.matches("input, textarea, select");
  return typing || element.querySelector("dialog[open], details.ph-menu[open]") !== null;
}

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";
}
