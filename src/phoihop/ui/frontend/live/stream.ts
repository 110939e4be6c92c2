/** What the live process says, and what a page is told of it. Shared by the worker and by browsers without one. */

export type News =
  | { kind: "changed"; subjects: string[] }
  /** Changes may have been missed: everything that can change must be fetched again. */
  | { kind: "missed" }
  | { kind: "connected" }
  | { kind: "lost" };

const FIRST_WAIT_MS = 3_000;
const LONGEST_WAIT_MS = 60_000;

/** One connection to the stream, opened again for as long as anybody wants it. */
export class ChangeStream {
  #source: EventSource | null = null;
  #wait = FIRST_WAIT_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasBeenOpen = false;
  #isOpen = false;

  constructor(
    readonly url: string,
    readonly tell: (news: News) => void,
  ) {}

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    this.close();
    const source = new EventSource(this.url, { withCredentials: true });
    source.onopen = () => this.#opened();
    source.onmessage = (event: MessageEvent<string>) => this.#heard(event.data);
    source.onerror = () => this.#broken(source);
    this.#source = source;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.#isOpen = false;
  }

  #opened(): void {
    this.#wait = FIRST_WAIT_MS;
    this.#isOpen = true;
    this.tell({ kind: "connected" });
    if (this.#hasBeenOpen) this.tell({ kind: "missed" });
    this.#hasBeenOpen = true;
  }

  #heard(data: string): void {
    const event = JSON.parse(data) as { subjects?: string[]; all?: boolean };
    if (event.all) this.tell({ kind: "missed" });
    else this.tell({ kind: "changed", subjects: event.subjects ?? [] });
  }

  /**
   * A browser tries again by itself after a broken line, but gives up for good when it was refused. Pages then ask once
   * for everything: whose session has ended learns it now, and not at the next poll.
   */
  #broken(source: EventSource): void {
    this.#isOpen = false;
    this.tell({ kind: "lost" });
    if (source.readyState !== EventSource.CLOSED) return;
    if (this.#hasBeenOpen) this.tell({ kind: "missed" });
    this.#hasBeenOpen = false;
    this.#timer = setTimeout(() => this.open(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
  }
}
