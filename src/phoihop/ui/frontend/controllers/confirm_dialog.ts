import { Controller } from "@hotwired/stimulus";

/** Opens the dialog that says what will happen and who will receive it; the focus comes back afterwards. */
export default class extends Controller<HTMLElement> {
  static override values = { id: String };
  declare readonly idValue: string;

  open(event: Event): void {
    event.preventDefault();
    const dialog = document.getElementById(this.idValue);
    if (!(dialog instanceof HTMLDialogElement)) throw new Error(`No dialog "${this.idValue}" on this page`);
    dialog.showModal();
    dialog.addEventListener("close", () => this.element.focus(), { once: true });
  }
}

/** Buttons with `data-close-dialog` close the dialog they stand in; a click beside a dialog closes it too. */
export function closeDialogs(event: Event): void {
  const target = event.target as Element;
  if (target.closest("[data-close-dialog]")) target.closest("dialog")?.close();
  else if (target instanceof HTMLDialogElement && target.classList.contains("ph-dialog")) target.close();
}
