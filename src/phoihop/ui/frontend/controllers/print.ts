import { Controller } from "@hotwired/stimulus";

/** Prints the page. */
export default class extends Controller<HTMLElement> {
  print(): void {
    window.print();
  }
}
