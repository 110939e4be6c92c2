import { Controller } from "@hotwired/stimulus";
import { icon } from "../icon";
import { word } from "../words";

/** Dropping files on a field; what was chosen is listed with its size, and what is too large is said before sending. */
export default class extends Controller<HTMLElement> {
  static override targets = ["input", "list"];
  static override values = { max: Number };
  declare readonly inputTarget: HTMLInputElement;
  declare readonly listTarget: HTMLElement;
  declare readonly maxValue: number;

  over(event: DragEvent): void {
    event.preventDefault();
    this.element.classList.add("is-over");
  }

  leave(): void {
    this.element.classList.remove("is-over");
  }

  drop(event: DragEvent): void {
    event.preventDefault();
    this.leave();
    if (!event.dataTransfer?.files.length) return;
    const kept = this.inputTarget.multiple ? [...(this.inputTarget.files ?? [])] : [];
    this.#choose([...kept, ...event.dataTransfer.files]);
  }

  list(): void {
    const files = [...(this.inputTarget.files ?? [])];
    this.listTarget.replaceChildren(...files.map((file) => this.#line(file)));
    const tooLarge = files.find((file) => file.size > this.maxValue);
    this.inputTarget.setCustomValidity(tooLarge ? word("tooLarge", { name: tooLarge.name, size: readable(this.maxValue) }) : "");
  }

  #choose(files: File[]): void {
    const chosen = new DataTransfer();
    for (const file of this.inputTarget.multiple ? files : files.slice(-1)) chosen.items.add(file);
    this.inputTarget.files = chosen.files;
    this.inputTarget.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #line(file: File): HTMLLIElement {
    const line = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = file.name;
    const size = document.createElement("span");
    size.className = "ph-soft";
    size.textContent = readable(file.size);
    if (file.size > this.maxValue) {
      line.className = "is-wrong";
      size.textContent = word("tooLargeShort", { size: readable(this.maxValue) });
    }
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "ph-icon-button";
    remove.setAttribute("aria-label", word("removeNamed", { name: file.name }));
    remove.append(icon("x"));
    remove.addEventListener("click", () => this.#choose([...(this.inputTarget.files ?? [])].filter((other) => other !== file)));
    line.append(icon("file"), name, size, remove);
    return line;
  }
}

/** Bytes as people say them: 512 B, 12 kB, 3,4 MB. */
function readable(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toLocaleString("vi-VN", { maximumFractionDigits: 1 })} MB`;
}
