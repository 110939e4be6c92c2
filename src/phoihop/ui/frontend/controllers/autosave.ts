import { Controller } from "@hotwired/stimulus";
import { draftKey } from "../drafts";
import { word } from "../words";

const PAUSE_MS = 1_200;
const RETRY_MS = 10_000;

interface Kept {
  at: number;
  fields: [string, string][];
}

interface Saved {
  url?: string;
  version?: string;
}

/**
 * A draft that saves itself.
 *
 * The form is posted, without its files, to `data-autosave-url-value` with header `X-Autosave: 1`. What could not be
 * saved stays in the form and in this browser, and is tried again; it is offered when the page is next opened. What was
 * sent stays in this tab until the page shows a newer version: a session that has ended answers with a sign-in page.
 */
export default class extends Controller<HTMLFormElement> {
  static override targets = ["status", "version"];
  static override values = { url: String };
  declare readonly statusTargets: HTMLElement[];
  declare readonly versionTargets: HTMLInputElement[];
  declare urlValue: string;

  #timer = 0;
  #saving = false;
  #dirty = false;
  #stopped = false;
  #saved = "";

  override connect(): void {
    this.element.addEventListener("input", this.#changed);
    this.element.addEventListener("change", this.#changed);
    this.element.addEventListener("submit", this.#leave);
    document.addEventListener("visibilitychange", this.#hidden);
    window.addEventListener("beforeunload", this.#warn);
    this.#saved = this.#typedNow();
    this.#offerKept();
  }

  override disconnect(): void {
    this.element.removeEventListener("input", this.#changed);
    this.element.removeEventListener("change", this.#changed);
    this.element.removeEventListener("submit", this.#leave);
    document.removeEventListener("visibilitychange", this.#hidden);
    window.removeEventListener("beforeunload", this.#warn);
    window.clearTimeout(this.#timer);
  }

  /** Choosing a file changes no field of the draft: saving then would only make the page that is reloaded look outdated. */
  readonly #changed = () => {
    this.#dirty = this.#saving || this.#typedNow() !== this.#saved;
    if (!this.#dirty) window.clearTimeout(this.#timer);
    else if (!this.#stopped) this.#later(PAUSE_MS);
  };

  readonly #leave = () => {
    window.clearTimeout(this.#timer);
    this.#dirty = false;
    this.#stopped = true;
    localStorage.removeItem(this.#key);
    sessionStorage.setItem(this.#key, this.#copy());
  };

  readonly #hidden = () => {
    if (document.hidden && this.#dirty) void this.save();
  };

  readonly #warn = (event: BeforeUnloadEvent) => {
    if (this.#dirty) event.preventDefault();
  };

  async save(): Promise<void> {
    if (this.#saving || this.#stopped) return;
    this.#saving = true;
    this.#dirty = false;
    this.#tell("saving", word("saving"));
    const typed = this.#typedNow();
    try {
      const answer = await fetch(this.urlValue, { method: "POST", body: this.#fields(), headers: { "X-Autosave": "1", "HX-Request": "true" }, keepalive: document.hidden });
      await this.#answered(answer);
      if (answer.ok && !answer.redirected) this.#saved = typed;
    } catch {
      this.#keep();
    } finally {
      this.#saving = false;
      if (this.#dirty && !this.#stopped) this.#later(PAUSE_MS);
    }
  }

  #later(wait: number): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.save(), wait);
  }

  async #answered(answer: Response): Promise<void> {
    if (answer.status === 409) return this.#stop(word("changedElsewhere"));
    if (answer.redirected || answer.status === 401 || answer.status === 403) return this.#stop(word("signedOut"));
    if (answer.status === 422) return this.#tell("failed", word("notYetValid"));
    if (!answer.ok) return this.#keep();
    localStorage.removeItem(this.#key);
    if (answer.headers.get("content-type")?.includes("json")) this.#adopt((await answer.json()) as Saved);
    this.#tell("saved", word("savedAt", { time: new Date().toLocaleTimeString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" }) }));
  }

  #adopt({ url, version }: Saved): void {
    for (const field of this.versionTargets) if (version !== undefined) field.value = version;
    if (!url) return;
    this.urlValue = url;
    this.element.action = url;
    history.replaceState(history.state, "", url);
  }

  #keep(): void {
    this.#dirty = true;
    localStorage.setItem(this.#key, this.#copy());
    this.#tell("failed", word("notSaved"));
    this.#later(RETRY_MS);
  }

  #stop(reason: string): void {
    this.#keep();
    this.#stopped = true;
    window.clearTimeout(this.#timer);
    this.#tell("failed", reason);
  }

  #fields(): FormData {
    const fields = new FormData();
    for (const [name, value] of new FormData(this.element)) if (typeof value === "string") fields.append(name, value);
    return fields;
  }

  /** Everything typed, as it is kept in the browser. */
  #copy(): string {
    const fields = [...this.#fields()].filter(([name]) => name !== "csrfmiddlewaretoken");
    return JSON.stringify({ at: Date.now(), fields });
  }

  /** What was kept and is not on the page. What was sent counts only while the version is still the one it was sent with. */
  #kept(): Kept | null {
    const unsaved = localStorage.getItem(this.#key);
    const sent = sessionStorage.getItem(this.#key);
    sessionStorage.removeItem(this.#key);
    const now = JSON.parse(this.#copy()) as Kept;
    const kept = JSON.parse(unsaved ?? sent ?? "null") as Kept | null;
    if (!kept || (!unsaved && this.#version(kept) !== this.#version(now))) return null;
    return this.#typed(kept) === this.#typed(now) ? null : kept;
  }

  #version({ fields }: Kept): string | undefined {
    return fields.find(([name]) => this.#isVersion(name))?.[1];
  }

  #typed({ fields }: Kept): string {
    return JSON.stringify(fields.filter(([name]) => !this.#isVersion(name)).sort());
  }

  #typedNow(): string {
    return this.#typed(JSON.parse(this.#copy()) as Kept);
  }

  #isVersion(name: string): boolean {
    return name === this.versionTargets[0]?.name;
  }

  get #key(): string {
    return draftKey();
  }

  #tell(state: string, text: string): void {
    for (const status of this.statusTargets) {
      status.dataset["state"] = state;
      status.textContent = text;
    }
  }

  #offerKept(): void {
    const kept = this.#kept();
    if (!kept) return;
    const { at, fields } = kept;
    const time = new Date(at).toLocaleString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" });
    const restore = document.createElement("button");
    restore.type = "button";
    restore.className = "btn ph-btn ph-btn-secondary btn-sm";
    restore.textContent = word("restore", { time });
    restore.addEventListener("click", () => {
      this.#fill(fields);
      restore.remove();
      this.#changed();
    });
    this.statusTargets[0]?.after(restore);
  }

  #fill(fields: [string, string][]): void {
    const names = new Set(fields.map(([name]) => name));
    for (const control of this.element.elements) {
      if (!(control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement || control instanceof HTMLSelectElement)) continue;
      if (!names.has(control.name) || ["hidden", "file"].includes(control.type)) continue;
      const values = fields.filter(([name]) => name === control.name).map(([, value]) => value);
      fillControl(control, values);
      control.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}

function fillControl(control: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement, values: string[]): void {
  if (control instanceof HTMLSelectElement) for (const option of control.options) option.selected = values.includes(option.value);
  else if (control.type === "checkbox" || control.type === "radio") (control as HTMLInputElement).checked = values.includes(control.value);
  else control.value = values[0] ?? "";
}
