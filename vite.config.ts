import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { knownIcons, sprite, usedIcons } from "./src/phoihop/ui/frontend/icons";

const root = dirname(fileURLToPath(import.meta.url));
const frontend = join(root, "src/phoihop/ui/frontend");

/** Icons that TypeScript puts into the page by itself. */
const ICONS_OF_SCRIPTS = ["paperclip", "player-pause", "player-play", "x", "file", "check", "alert-triangle", "circle-check", "info-circle", "users-group"];

function iconSprite(): Plugin {
  return {
    name: "phoihop-icons",
    apply: "build",
    generateBundle() {
      const folder = join(root, "node_modules/@tabler/icons/icons/outline");
      const source = sprite(usedIcons(join(root, "src/phoihop"), ICONS_OF_SCRIPTS, knownIcons(folder)), folder);
      this.emitFile({ type: "asset", name: "icons.svg", originalFileName: "icons.svg", source });
    },
  };
}

export default defineConfig({
  root: frontend,
  base: "/static/build/",
  publicDir: false,
  plugins: [iconSprite()],
  worker: { format: "es" },
  build: {
    outDir: join(root, "src/phoihop/ui/static/build"),
    // An installation that is running serves the files of the build it started with; build_frontend.py drops old ones.
    emptyOutDir: false,
    manifest: "manifest.json",
    target: "es2022",
    // A font or image inside a style sheet as data: would be blocked by font-src 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      input: { main: join(frontend, "main.ts") },
    },
  },
});
