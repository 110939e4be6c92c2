/**
 * Collects the Tabler icons that templates and Python name, into one sprite.
 *
 * A page author writes `<c-icon name="inbox" />` or `icon="inbox"`; the build finds the name, and fails when Tabler
 * has no such icon, so a misspelt name cannot reach a person as a blank.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const NAMED = [/<c-icon\b[^>]*?\sname="([a-z0-9-]+)"/g, /\bicon\s?=\s?"([a-z0-9-]+)"/g, /["']([a-z0-9-]+)["']\|icon\b/g];
const QUOTED_IN_ICON = /\b(?:icon|name)="\{%[^"]*?%\}[^"]*"/g;
const WORD_AFTER_TAG = /%\}([a-z0-9-]+)/g;
const LITERAL = /"([a-z][a-z0-9-]*)"/g;
/** Python that names icons, by that word or by what is made with one. */
const SPEAKS_OF_ICONS = /icon|\b(?:NavigationItem|PersonItem|BulkAction|Sentence)\(/;

/**
 * Names of all icons used below `root`, plus `extra`, in order.
 *
 * Python that speaks of icons may keep their names in tables; there every literal that happens to be an icon (one of
 * `known`) is taken: a few too many in the sprite are better than a blank on the page.
 */
export function usedIcons(root: string, extra: readonly string[], known: ReadonlySet<string>): string[] {
  const found = new Set(extra);
  for (const path of sources(root)) {
    const text = readFileSync(path, "utf8");
    for (const pattern of NAMED) for (const match of text.matchAll(pattern)) found.add(match[1]!);
    for (const choice of text.matchAll(QUOTED_IN_ICON)) {
      for (const word of choice[0].matchAll(WORD_AFTER_TAG)) found.add(word[1]!);
    }
    if (path.endsWith(".py") && SPEAKS_OF_ICONS.test(text)) {
      for (const match of text.matchAll(LITERAL)) if (known.has(match[1]!)) found.add(match[1]!);
    }
  }
  return [...found].sort();
}

/** Names of all icons in `folder`. */
export function knownIcons(folder: string): Set<string> {
  return new Set(readdirSync(folder).map((file) => file.replace(/\.svg$/, "")));
}

/** The sprite's SVG text. Throws when an icon does not exist. */
export function sprite(names: readonly string[], folder: string): string {
  const symbols = names.map((name) => {
    const body = readFileSync(join(folder, `${name}.svg`), "utf8")
      .replace(/<!--[\s\S]*?-->/g, "")
      .replace(/^[\s\S]*?<svg[^>]*>/, "")
      .replace(/<\/svg>\s*$/, "")
      .replace(/\s+/g, " ")
      .trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${body}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!["static", "frontend", "__pycache__", "node_modules"].includes(entry.name)) yield* sources(path);
    } else if (/\.(html|py)$/.test(entry.name)) yield path;
  }
}
