import { Controller } from "@hotwired/stimulus";

/** Panels of one page as tabs. Without scripts they stand below one another, each under its title. */
export default class extends Controller<HTMLElement> {
  static override targets = ["list", "panel"];
  declare readonly listTarget: HTMLElement;
  declare readonly panelTargets: HTMLElement[];

  override connect(): void {
    this.element.classList.add("is-ready");
    this.listTarget.replaceChildren(...this.panelTargets.map((panel) => this.#tab(panel)));
    const wanted = this.panelTargets.findIndex((panel) => `#${panel.id}` === location.hash);
    this.#show(Math.max(wanted, 0));
  }

  #tab(panel: HTMLElement): HTMLButtonElement {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.id = `tab-${panel.id}`;
    tab.textContent = panel.dataset["title"] ?? "";
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", () => this.#show(this.panelTargets.indexOf(panel)));
    tab.addEventListener("keydown", (event) => this.#keys(event));
    return tab;
  }

  #keys(event: KeyboardEvent): void {
    const tabs = [...this.listTarget.children] as HTMLElement[];
    const at = tabs.indexOf(event.currentTarget as HTMLElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const index = (next + tabs.length) % tabs.length;
    this.#show(index);
    tabs[index]?.focus();
  }

  #show(index: number): void {
    this.panelTargets.forEach((panel, position) => panel.classList.toggle("is-shown", position === index));
    [...this.listTarget.children].forEach((tab, position) => {
      tab.setAttribute("aria-selected", String(position === index));
      tab.setAttribute("tabindex", position === index ? "0" : "-1");
    });
  }
}
