/**
 * What was typed and not yet saved stays in this browser, for the one who typed it.
 *
 * It goes when that person signs out, and when somebody else has signed in. The server says the first with a cookie on the
 * page that follows, so that nothing the page before did while it was being left can bring a draft back.
 */

const PREFIX = "phoihop-draft:";
const ACCOUNT = "phoihop-account";
const SIGNED_OUT = "phoihop_signed_out";

/** Where the draft of the page that is open is kept. */
export function draftKey(): string {
  return `${PREFIX}${location.pathname}`;
}

/** Call once on every page, before anything offers a kept draft. */
export function guardDrafts(): void {
  const account = document.querySelector<HTMLMetaElement>(`meta[name="${ACCOUNT}"]`)?.content;
  const last = localStorage.getItem(ACCOUNT);
  const hasSignedOut = document.cookie.split("; ").includes(`${SIGNED_OUT}=1`);
  if (hasSignedOut || (account !== undefined && last !== null && last !== account)) forgetDrafts();
  if (hasSignedOut) document.cookie = `${SIGNED_OUT}=; path=/; max-age=0; samesite=lax`;
  if (account !== undefined) localStorage.setItem(ACCOUNT, account);
}

function forgetDrafts(): void {
  for (const storage of [localStorage, sessionStorage]) {
    for (const key of Object.keys(storage)) if (key.startsWith(PREFIX)) storage.removeItem(key);
  }
}
