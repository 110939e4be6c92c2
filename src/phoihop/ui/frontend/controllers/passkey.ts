import { Controller } from "@hotwired/stimulus";
import { word } from "../words";

interface Descriptor {
  id: string;
  type: PublicKeyCredentialType;
  transports?: AuthenticatorTransport[];
}

type Creation = Omit<PublicKeyCredentialCreationOptions, "challenge" | "user" | "excludeCredentials"> & {
  challenge: string;
  user: { id: string; name: string; displayName: string };
  excludeCredentials?: Descriptor[];
};
type Asking = Omit<PublicKeyCredentialRequestOptions, "challenge" | "allowCredentials"> & { challenge: string; allowCredentials?: Descriptor[] };

/**
 * Asks the device for a passkey, or makes one, and sends the form with the answer in its hidden field.
 *
 * What to ask is in `options`, or is fetched from `address` when the button is pressed: a sign-in page may have been open
 * since yesterday. Bytes travel as base64url; older browsers cannot read that themselves.
 */
export default class extends Controller<HTMLFormElement> {
  static override targets = ["credential", "problem"];
  static override values = { act: String, options: Object, address: String };
  declare readonly credentialTarget: HTMLInputElement;
  declare readonly problemTarget: HTMLElement;
  declare readonly actValue: "get" | "create";
  declare readonly optionsValue: object;
  declare readonly addressValue: string;

  async ask(): Promise<void> {
    this.problemTarget.hidden = true;
    if (!window.PublicKeyCredential) return this.#say(word("passkeyUnsupported"));
    try {
      const options = await this.#options();
      const credential = this.actValue === "create" ? await create(options as Creation) : await get(options as Asking);
      this.credentialTarget.value = JSON.stringify(credential);
      this.element.submit();
    } catch (problem) {
      this.#say(word(problem instanceof DOMException && problem.name === "SecurityError" ? "passkeyAddress" : problem instanceof DOMException && problem.name === "InvalidStateError" ? "passkeyKnown" : "passkeyFailed"));
    }
  }

  async #options(): Promise<object> {
    if (!this.addressValue) return this.optionsValue;
    const answer = await fetch(this.addressValue, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    return ((await answer.json()) as { request_options: { publicKey: object } }).request_options.publicKey;
  }

  #say(sentence: string): void {
    this.problemTarget.textContent = sentence;
    this.problemTarget.hidden = false;
  }
}

async function create(options: Creation): Promise<object> {
  const publicKey = { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: (options.excludeCredentials ?? []).map(described) };
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return { ...common(made), response: { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject), transports: response.getTransports?.() ?? [] } };
}

async function get(options: Asking): Promise<object> {
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: (options.allowCredentials ?? []).map(described) };
  const shown = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = shown.response as AuthenticatorAssertionResponse;
  const userHandle = response.userHandle ? text(response.userHandle) : null;
  return { ...common(shown), response: { clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData), signature: text(response.signature), userHandle } };
}

function common(credential: PublicKeyCredential): object {
  const attachment = credential.authenticatorAttachment;
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, clientExtensionResults: credential.getClientExtensionResults(), authenticatorAttachment: attachment };
}

function described({ id, ...rest }: Descriptor): PublicKeyCredentialDescriptor {
  return { ...rest, id: bytes(id) };
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
