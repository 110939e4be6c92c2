import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";
import { icon } from "../icon";
import { word } from "../words";

/** A file as the server knows it: how many bytes are there, and the upload it became. */
interface Sent {
  id: string;
  address: string;
  name: string;
  fingerprint: string;
  size: number;
  offset: number;
  upload: string;
  refused: string;
}

const SMALLEST = 256 * 1024;
const LARGEST = 8 * 1024 * 1024;
const LONGEST_WAIT = 30_000;

/**
 * Files of a field go up in pieces while the person works on: a broken line is waited for, a closed page goes on when
 * the same file is chosen again. Without this script the field sends its files with the form.
 *
 * With `data-resumable-upload-keep-url-value` each whole file is given to that address at once, and the answer replaces
 * the element it names; else the form carries it as a hidden `uploads`.
 */
export default class extends Controller<HTMLElement> {
  static override targets = ["list"];
  static override values = { url: String, keepUrl: String, max: Number };
  declare readonly listTarget: HTMLElement;
  declare readonly urlValue: string;
  declare readonly keepUrlValue: string;
  declare readonly maxValue: number;

  readonly #lines = new Map<string, Line>();

  override connect(): void {
    this.element.addEventListener("change", this.#chosen, { capture: true });
    this.#form?.addEventListener("submit", this.#submit, { capture: true });
    void this.#showUnfinished();
  }

  override disconnect(): void {
    this.element.removeEventListener("change", this.#chosen, { capture: true });
    this.#form?.removeEventListener("submit", this.#submit, { capture: true });
    for (const line of this.#lines.values()) line.stop();
  }

  get #form(): HTMLFormElement | null {
    return this.element.closest("form");
  }

  get token(): string {
    return this.#form?.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
  }

  /** Before anyone else hears of it: the field itself stays empty, so that nothing is sent twice. */
  readonly #chosen = (event: Event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.type !== "file" || !input.files?.length) return;
    event.stopImmediatePropagation();
    const files = [...input.files];
    input.value = "";
    for (const file of files) this.#add(file);
  };

  /** A form must not leave files behind that are still on their way. */
  readonly #submit = (event: SubmitEvent) => {
    if (![...this.#lines.values()].some((line) => line.isUnderWay)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.listTarget.scrollIntoView({ block: "center" });
    for (const line of this.#lines.values()) line.remind();
  };

  #add(file: File): void {
    const key = fingerprint(file);
    this.#lines.get(key)?.remove();
    const line = new Line(this, file.name, file.size, () => this.#lines.delete(key));
    this.#lines.set(key, line);
    this.listTarget.append(line.element);
    if (file.size > this.maxValue) line.refuse(word("tooLargeShort", { size: readable(this.maxValue) }));
    else void line.send(file);
  }

  async #showUnfinished(): Promise<void> {
    try {
      const answer = await fetch(this.urlValue, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const told = (await answer.json()) as { files: Sent[] };
      for (const sent of told.files) {
        if (this.#lines.has(sent.fingerprint)) continue;
        const line = new Line(this, sent.name, sent.size, () => this.#lines.delete(sent.fingerprint));
        this.#lines.set(sent.fingerprint, line);
        this.listTarget.append(line.element);
        line.wait(sent);
      }
    } catch {
      // without the list the field works all the same
    }
  }

  /** Announce a file; the server answers with how far it is. */
  begin(file: File): Promise<Response> {
    const said = new FormData();
    said.set("name", file.name);
    said.set("size", String(file.size));
    said.set("fingerprint", fingerprint(file));
    return fetch(this.urlValue, { method: "POST", body: said, headers: { "X-CSRFToken": this.token } });
  }

  /** A whole file becomes part of the form, or of what the form is about. */
  async keep(sent: Sent): Promise<HTMLInputElement | null> {
    if (!this.keepUrlValue) {
      const kept = document.createElement("input");
      kept.type = "hidden";
      kept.name = "uploads";
      kept.value = sent.upload;
      this.element.append(kept);
      return kept;
    }
    const said = new FormData();
    said.set("uploads", sent.upload);
    const headers = { "X-CSRFToken": this.token, "HX-Request": "true" };
    const answer = await fetch(this.keepUrlValue, { method: "POST", body: said, headers });
    if (!answer.ok) throw new TypeError(`answered ${answer.status}`);
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").body.firstElementChild;
    const old = part && document.getElementById(part.id);
    if (part && old) {
      old.replaceWith(part);
      htmx.process(part);
    }
    return null;
  }
}

type Owner = { token: string; begin(file: File): Promise<Response>; keep(sent: Sent): Promise<HTMLInputElement | null> };

/** One file on its way: its line in the list, and the loop that sends it. */
class Line {
  readonly element = document.createElement("li");
  readonly #bar = document.createElement("progress");
  readonly #said = document.createElement("span");
  readonly #pause = document.createElement("button");
  #sent: Sent | null = null;
  #file: File | null = null;
  #kept: HTMLInputElement | null = null;
  #stop = new AbortController();
  #isPaused = false;
  isUnderWay = false;

  constructor(
    readonly owner: Owner,
    readonly name: string,
    readonly size: number,
    readonly forget: () => void,
  ) {
    const title = document.createElement("span");
    title.textContent = name;
    this.#said.className = "ph-soft";
    this.#said.setAttribute("role", "status");
    this.#bar.max = size;
    this.#bar.value = 0;
    this.#bar.setAttribute("aria-label", name);
    this.#button(this.#pause, "player-pause", word("uploadPause", { name }), () => this.#toggle());
    const drop = document.createElement("button");
    this.#button(drop, "x", word("removeNamed", { name }), () => void this.#giveUp());
    this.#pause.hidden = true;
    this.element.className = "ph-upload";
    this.element.append(icon("file"), title, this.#bar, this.#said, this.#pause, drop);
  }

  #button(button: HTMLButtonElement, name: string, label: string, act: () => void): void {
    button.type = "button";
    button.className = "ph-icon-button";
    button.setAttribute("aria-label", label);
    button.replaceChildren(icon(name));
    button.onclick = act;
  }

  /** Begun before this page was opened: only the person can hand over the file again. */
  wait(sent: Sent): void {
    this.#sent = sent;
    this.#bar.value = sent.offset;
    if (!sent.upload) return this.#say(word("uploadChooseAgain", { percent: percent(sent) }));
    this.#say(word("uploadReady"));
    this.#button(this.#pause, "paperclip", word("uploadAttach", { name: this.name }), () => void this.#finish());
    this.#pause.hidden = false;
  }

  async send(file: File): Promise<void> {
    this.#file = file;
    this.#stop = new AbortController();
    this.isUnderWay = true;
    this.#showPause();
    try {
      let chunk = SMALLEST * 4;
      let wait = 1000;
      while (!this.#stop.signal.aborted && !this.#isPaused) {
        const began = performance.now();
        const state = await this.#step(file, chunk);
        if (state === "whole") return await this.#finish();
        if (state === "refused") return;
        if (state === "broken") {
          this.#say(word("uploadWaiting"));
          await this.#rest(wait);
          wait = Math.min(wait * 2, LONGEST_WAIT);
          continue;
        }
        wait = 1000;
        const took = performance.now() - began;
        if (took < 800) chunk = Math.min(chunk * 2, LARGEST);
        else if (took > 6000) chunk = Math.max(chunk / 2, SMALLEST);
      }
    } finally {
      this.isUnderWay = this.isUnderWay && this.#isPaused;
    }
  }

  /** Announce the file, or send its next piece. */
  async #step(file: File, chunk: number): Promise<"going" | "whole" | "refused" | "broken"> {
    try {
      const answer = this.#sent ? await this.#piece(file, this.#sent, chunk) : await this.owner.begin(file);
      if (answer.status === 409 && this.#sent) return await this.#ask(this.#sent);
      if (answer.status === 404 && this.#sent) return (this.#sent = null), "going";
      if (answer.status >= 500 || answer.status === 409) return this.#trouble(answer);
      const told = (await answer.json()) as Sent & { message?: string };
      if (!answer.ok) return this.refuse(told.message ?? word("refused", { status: answer.status })), "refused";
      this.#take(told);
      return told.refused ? (this.refuse(told.refused), "refused") : told.upload ? "whole" : "going";
    } catch (error) {
      return this.#stop.signal.aborted ? "refused" : error instanceof SyntaxError ? (this.refuse(word("signedOut")), "refused") : "broken";
    }
  }

  async #trouble(answer: Response): Promise<"broken" | "refused"> {
    const said = (await answer.json().catch(() => ({}))) as { message?: string };
    if (answer.status === 409) return this.refuse(said.message ?? word("refused", { status: 409 })), "refused";
    return "broken";
  }

  #piece(file: File, sent: Sent, chunk: number): Promise<Response> {
    const headers = {
      "X-CSRFToken": this.owner.token,
      "Upload-Offset": String(sent.offset),
      "Content-Type": "application/octet-stream",
    };
    const body = file.slice(sent.offset, sent.offset + chunk);
    return fetch(sent.address, { method: "PATCH", body, headers, signal: this.#stop.signal });
  }

  async #ask(sent: Sent): Promise<"going" | "broken"> {
    const answer = await fetch(sent.address);
    if (!answer.ok) return (this.#sent = null), "going";
    const before = sent.offset;
    this.#take((await answer.json()) as Sent);
    return this.#sent && this.#sent.offset === before ? "broken" : "going";
  }

  #take(sent: Sent): void {
    this.#sent = sent;
    this.#bar.value = sent.offset;
    this.#say(`${percent(sent)} %`);
  }

  /** Wait, or go on at once when the browser sees the network again. */
  #rest(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      window.addEventListener("online", () => (clearTimeout(timer), resolve()), { once: true });
      this.#stop.signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    });
  }

  async #finish(): Promise<void> {
    if (!this.#sent) return;
    this.isUnderWay = false;
    this.#pause.hidden = true;
    try {
      this.#kept = await this.owner.keep(this.#sent);
    } catch {
      return this.wait(this.#sent);
    }
    if (!this.#kept) return this.remove();
    this.#bar.hidden = true;
    this.#say(`${readable(this.size)} · ${word("uploadDone")}`);
  }

  refuse(message: string): void {
    this.isUnderWay = false;
    this.element.classList.add("is-wrong");
    this.#bar.hidden = this.#pause.hidden = true;
    this.#say(message);
  }

  remind(): void {
    if (this.isUnderWay) this.#say(word("uploadStillGoing"));
  }

  stop(): void {
    this.#stop.abort();
  }

  remove(): void {
    this.stop();
    this.#kept?.remove();
    this.element.remove();
    this.forget();
  }

  #toggle(): void {
    this.#isPaused = !this.#isPaused;
    this.#showPause();
    if (this.#isPaused) {
      this.#stop.abort();
      this.#say(word("uploadPaused"));
    } else if (this.#file) void this.send(this.#file);
  }

  #showPause(): void {
    const [name, key] = this.#isPaused ? ["player-play", "uploadGoOn"] : ["player-pause", "uploadPause"];
    this.#button(this.#pause, name!, word(key!, { name: this.name }), () => this.#toggle());
    this.#pause.hidden = false;
  }

  async #giveUp(): Promise<void> {
    const sent = this.#sent;
    this.remove();
    if (sent) await fetch(sent.address, { method: "DELETE", headers: { "X-CSRFToken": this.owner.token } }).catch(() => null);
  }

  #say(text: string): void {
    this.#said.textContent = text;
  }
}

/** What tells a file on this machine from another without reading it. */
function fingerprint(file: File): string {
  return `${file.name}/${file.size}/${file.lastModified}`;
}

function percent(sent: Sent): number {
  return Math.floor((100 * sent.offset) / Math.max(sent.size, 1));
}

/** Bytes as people say them: 12 kB, 3,4 MB. */
function readable(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1000))} kB`;
  return `${(bytes / 1_000_000).toLocaleString("vi-VN", { maximumFractionDigits: 1 })} MB`;
}
