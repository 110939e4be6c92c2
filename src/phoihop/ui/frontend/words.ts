/** Words that scripts put on the page. They are translated by the server, in `ui/parts/words.html`. */

/** The sentence named `key`, with `{name}` replaced by the values. Throws when the page has no such sentence. */
export function word(key: string, values: Record<string, string | number> = {}): string {
  const sentence = document.getElementById("words")?.dataset[key];
  if (sentence === undefined) throw new Error(`No words for "${key}" on this page`);
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
