import { Controller } from "@hotwired/stimulus";

/** Takes the focus to the summary of what has to be put right, so that nobody wonders why the page came back. */
export default class extends Controller<HTMLElement> {
  override connect(): void {
    this.element.focus();
  }
}
