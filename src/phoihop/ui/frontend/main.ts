import "./styles/main.css";
import { Application, type ControllerConstructor } from "@hotwired/stimulus";
import "htmx.org";
import { closeDialogs } from "./controllers/confirm_dialog";
import { guardDrafts } from "./drafts";

/** Each file of `controllers/` is one behaviour; `side_panel.ts` answers to `data-controller="side-panel"`. */
const controllers = import.meta.glob<{ default: ControllerConstructor }>("./controllers/*.ts", { eager: true });

guardDrafts();
const application = Application.start();
for (const [path, module] of Object.entries(controllers)) {
  const name = path.replace(/^.*\/(\w+)\.ts$/, "$1").replaceAll("_", "-");
  application.register(name, module.default);
}

document.addEventListener("click", closeDialogs);
