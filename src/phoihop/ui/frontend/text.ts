/** Vietnamese text as people type it: without marks, in any case. */

/** `s` without diacritics, đ as d, in lower case; the same folding as the server's search. */
export function fold(s: string): string {
  return s.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").replace(/Đ/g, "d").toLowerCase();
}
