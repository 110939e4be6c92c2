// A provider of identities for the tests: oidc-provider with its own pages, on a free port of this machine.
// Arguments: port, client id, client secret, and where it may send people back to. Says "ready" when it answers.
// Whoever signs in is known by the name typed; no password is asked for.
import Provider from "oidc-provider";

const [port, client_id, client_secret, redirect_uri] = process.argv.slice(2);

const provider = new Provider(`http://localhost:${port}`, {
  clients: [{ client_id, client_secret, redirect_uris: [redirect_uri], token_endpoint_auth_method: "client_secret_post" }],
  pkce: { required: () => true },
  cookies: { keys: ["only for tests"] },
  claims: { openid: ["sub"], profile: ["name", "preferred_username"] },
  findAccount: (_context, sub) => ({
    accountId: sub,
    claims: () => ({ sub, name: `Người dùng ${sub}`, preferred_username: sub }),
  }),
});

provider.listen(Number(port), "localhost", () => console.log("ready"));
