import { Controller } from "@hotwired/stimulus";
import { icon } from "../icon";
import { fold } from "../text";
import { word } from "../words";

const MOST_SHOWN = 60;
/** From so many offices on, a group taken whole is one chip: 130 communes are read as one thing. */
const GROUP_CHIP = 6;

interface CombinedGroup {
  label: string;
  values: string[];
}

/**
 * Choosing offices: type a few letters with or without marks, Enter adds, Backspace removes; one click adds a group.
 *
 * The `<select multiple>` stays the field that is sent; its optgroups are the groups. `data-short` of an option is the
 * text of its chip, `data-find` further words it is found by (code, abbreviations). `data-groups` of the select may name
 * further groups that cut across the optgroups: a JSON list of `{"label", "values"}`. `data-not-whole` says how many
 * optgroups, from the first, are not taken with one click. `data-placeholder` is what the field asks for.
 */
export default class extends Controller<HTMLElement> {
  static override targets = ["box"];
  declare readonly boxTarget: HTMLElement;

  #select!: HTMLSelectElement;
  #input!: HTMLInputElement;
  readonly #chips = document.createElement("ul");
  readonly #list = document.createElement("ul");
  readonly #groups = document.createElement("div");
  readonly #count = document.createElement("span");
  #active = 0;
  #pressing = false;

  override connect(): void {
    const select = this.element.querySelector("select");
    if (!select) throw new Error("A recipients field needs its <select multiple>");
    this.#select = select;
    this.#build();
    this.#draw();
    select.addEventListener("change", this.#draw);
    document.addEventListener("pointerdown", this.#press, true);
  }

  override disconnect(): void {
    this.#select.removeEventListener("change", this.#draw);
    document.removeEventListener("pointerdown", this.#press, true);
    this.#select.hidden = false;
    this.boxTarget.replaceChildren();
  }

  #build(): void {
    this.#input = document.createElement("input");
    this.#input.type = "text";
    this.#input.className = "ph-picker-input";
    this.#input.autocomplete = "off";
    this.#input.placeholder = placeholderOf(this.#select);
    this.#list.id = `${this.#select.id}-list`;
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": this.#list.id, "aria-autocomplete": "list" })) this.#input.setAttribute(name, value);
    const described = this.#select.getAttribute("aria-describedby");
    if (described) this.#input.setAttribute("aria-describedby", described);
    const label = this.element.querySelector("label");
    this.#input.id = `${this.#select.id}-input`;
    label?.setAttribute("for", this.#input.id);
    this.#chips.className = "ph-picker-chips";
    this.#list.className = "ph-picker-list";
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", label?.textContent?.trim() ?? "");
    this.#groups.className = "ph-picker-groups";
    this.#count.className = "ph-picker-count";
    this.#count.setAttribute("aria-live", "polite");
    this.#groups.replaceChildren(...this.#groupButtons(), this.#count);
    // Keep the focus where it is: closing the list under the pointer would move the button away from the click.
    this.#groups.addEventListener("mousedown", (event) => event.preventDefault());
    this.boxTarget.className = "ph-picker";
    this.boxTarget.replaceChildren(this.#chips, this.#input, this.#list, this.#groups);
    this.boxTarget.hidden = false;
    this.#select.hidden = true;
    this.#listenToInput();
    this.#close();
  }

  #listenToInput(): void {
    this.#input.addEventListener("input", () => this.#search());
    this.#input.addEventListener("focus", () => this.#search());
    this.#input.addEventListener("blur", this.#left);
    this.#input.addEventListener("keydown", (event) => this.#keys(event));
  }

  #groupButtons(): HTMLButtonElement[] {
    const groups = [...this.#select.querySelectorAll("optgroup")].slice(Number(this.#select.dataset["notWhole"] ?? 0));
    const listed = groups.map((group) => this.#groupButton(group.label, [...group.querySelectorAll("option")]));
    const combined = JSON.parse(this.#select.dataset["groups"] ?? "[]") as CombinedGroup[];
    return [...combined.map(({ label, values }) => this.#groupButton(label, this.#optionsOf(values))), ...listed];
  }

  #groupButton(label: string, options: HTMLOptionElement[]): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn ph-btn ph-btn-secondary btn-sm";
    button.append(icon("users-group"), label);
    button.addEventListener("click", () => this.#toggleGroup(options));
    return button;
  }

  #optionsOf(values: string[]): HTMLOptionElement[] {
    const wanted = new Set(values);
    return [...this.#select.options].filter((option) => wanted.has(option.value));
  }

  /** Adds the whole group; when all of it is there already, takes it away. */
  #toggleGroup(options: HTMLOptionElement[]): void {
    const free = options.filter((option) => !option.disabled);
    const add = free.some((option) => !option.selected);
    for (const option of free) option.selected = add;
    this.#changed();
    if (!this.#list.hidden) this.#search();
  }

  #keys(event: KeyboardEvent): void {
    const shown = this.#list.children.length;
    if (event.key === "ArrowDown") this.#activate((this.#active + 1) % Math.max(shown, 1));
    else if (event.key === "ArrowUp") this.#activate((this.#active - 1 + shown) % Math.max(shown, 1));
    else if (event.key === "Enter") (this.#list.children[this.#active] as HTMLElement | undefined)?.click();
    else if (event.key === "Backspace" && !this.#input.value) this.#removeLast();
    else if (event.key === "Escape" && !this.#list.hidden) {
      event.stopPropagation();
      this.#close();
    } else return;
    if (event.key !== "Backspace") event.preventDefault();
  }

  #search(): void {
    const words = fold(this.#input.value).split(/\s+/).filter(Boolean);
    const hits = [...this.#select.options].filter((option) => !option.selected && !option.disabled && matches(option, words));
    this.#list.replaceChildren(...hits.slice(0, MOST_SHOWN).map((option, index) => this.#offer(option, index)));
    this.#list.hidden = hits.length === 0;
    this.#input.setAttribute("aria-expanded", String(hits.length > 0));
    this.#activate(0);
  }

  #offer(option: HTMLOptionElement, index: number): HTMLLIElement {
    const item = document.createElement("li");
    item.id = `${this.#list.id}-${index}`;
    item.setAttribute("role", "option");
    item.append(option.text);
    const group = option.parentElement;
    if (group instanceof HTMLOptGroupElement) {
      const note = document.createElement("small");
      note.textContent = group.label;
      item.append(note);
    }
    item.addEventListener("mousedown", (event) => event.preventDefault());
    item.addEventListener("click", () => {
      option.selected = true;
      this.#input.value = "";
      this.#changed();
      this.#search();
    });
    return item;
  }

  #activate(index: number): void {
    this.#active = index;
    [...this.#list.children].forEach((item, position) => item.setAttribute("aria-selected", String(position === index)));
    const active = this.#list.children[index];
    if (active) {
      this.#input.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    } else this.#input.removeAttribute("aria-activedescendant");
  }

  #close(): void {
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
  }

  /** Closing at once would move the button that is being pressed away from under the pointer: first let it go. */
  readonly #left = () => {
    if (!this.#pressing) this.#close();
  };

  readonly #press = () => {
    this.#pressing = true;
    const release = () => {
      this.#pressing = false;
      if (document.activeElement !== this.#input) this.#close();
    };
    const after = () => setTimeout(release);
    document.addEventListener("pointerup", after, { once: true });
    document.addEventListener("pointercancel", after, { once: true });
  };

  #removeLast(): void {
    const last = [...this.#select.selectedOptions].at(-1);
    if (last) last.selected = false;
    this.#changed();
  }

  #changed(): void {
    this.#select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  readonly #draw = () => {
    const chosen = [...this.#select.selectedOptions];
    const whole = [...this.#select.querySelectorAll("optgroup")].filter(isWhole);
    const within = new Set<Element>(whole);
    const alone = chosen.filter((option) => !option.parentElement || !within.has(option.parentElement));
    this.#chips.replaceChildren(...whole.map((group) => this.#groupChip(group)), ...alone.map((option) => this.#chip(option)));
    this.#count.textContent = chosen.length ? word(this.#select.dataset["counted"] ?? "chosenOffices", { n: chosen.length }) : "";
  };

  #chip(option: HTMLOptionElement): HTMLLIElement {
    return this.#removable(option.dataset["short"] ?? option.text, option.text, [option]);
  }

  /** A group of which every office is chosen. One of them is left out by unfolding it. */
  #groupChip(group: HTMLOptGroupElement): HTMLLIElement {
    const options = [...group.querySelectorAll("option")];
    const said = `${group.label} (${options.length})`;
    const chip = this.#removable(said, said, options);
    chip.classList.add("ph-chip-group");
    const unfold = document.createElement("button");
    unfold.type = "button";
    unfold.setAttribute("aria-label", word("showEach", { name: said }));
    unfold.append(icon("chevron-down"));
    unfold.addEventListener("click", () => {
      const each = options.map((option) => this.#chip(option));
      chip.replaceWith(...each);
      each[0]?.querySelector("button")?.focus();
    });
    chip.insertBefore(unfold, chip.lastChild);
    return chip;
  }

  #removable(text: string, name: string, options: HTMLOptionElement[]): HTMLLIElement {
    const chip = document.createElement("li");
    chip.className = "ph-chip";
    const remove = document.createElement("button");
    remove.type = "button";
    remove.setAttribute("aria-label", word("removeNamed", { name }));
    remove.append(icon("x"));
    remove.addEventListener("click", () => {
      for (const option of options) option.selected = false;
      this.#changed();
      this.#input.focus();
    });
    chip.append(text, remove);
    return chip;
  }
}

function placeholderOf(select: HTMLSelectElement): string {
  return select.dataset["placeholder"] ?? word("typeOffice");
}

function isWhole(group: HTMLOptGroupElement): boolean {
  const options = [...group.querySelectorAll("option")];
  return options.length >= GROUP_CHIP && options.every((option) => option.selected);
}

function matches(option: HTMLOptionElement, words: string[]): boolean {
  const group = option.parentElement instanceof HTMLOptGroupElement ? option.parentElement.label : "";
  const text = fold(`${option.text} ${option.dataset["find"] ?? ""} ${group}`);
  return words.every((word_) => text.includes(word_));
}
