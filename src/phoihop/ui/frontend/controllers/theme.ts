import { Controller } from "@hotwired/stimulus";

type Choice = "light" | "dark" | "auto";

/** Light, dark, or as the machine says. The outcome goes into a cookie, so that the server draws the next page right. */
export default class extends Controller<HTMLElement> {
  static override targets = ["choice"];
  declare readonly choiceTargets: HTMLElement[];

  readonly #system = matchMedia("(prefers-color-scheme: dark)");
  readonly #follow = () => this.#apply();

  override connect(): void {
    this.#system.addEventListener("change", this.#follow);
    this.#apply();
  }

  override disconnect(): void {
    this.#system.removeEventListener("change", this.#follow);
  }

  choose(event: Event & { params: { choice: Choice } }): void {
    localStorage.setItem("phoihop-theme", event.params.choice);
    this.#apply();
  }

  get #choice(): Choice {
    const stored = localStorage.getItem("phoihop-theme");
    return stored === "light" || stored === "dark" ? stored : "auto";
  }

  #apply(): void {
    const choice = this.#choice;
    const theme = choice === "auto" ? (this.#system.matches ? "dark" : "light") : choice;
    if (document.documentElement.dataset["bsTheme"] !== theme) document.documentElement.dataset["bsTheme"] = theme;
    document.cookie = `phoihop_theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    for (const button of this.choiceTargets) {
      button.setAttribute("aria-pressed", String(button.dataset["themeChoiceParam"] === choice));
    }
  }
}
