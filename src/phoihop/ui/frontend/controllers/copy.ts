import { Controller } from "@hotwired/stimulus";
import { notify } from "../notices";
import { word } from "../words";

/** Copies a code or reference. */
export default class extends Controller<HTMLElement> {
  static override values = { text: String };
  declare readonly textValue: string;

  async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.textValue);
      notify("success", word("copied", { text: this.textValue }));
    } catch {
      notify("warning", word("copyByHand", { text: this.textValue }));
    }
  }
}
