// A real OpenID Connect provider on loopback, set as ProConnect is: signed user information, PKCE, sign-out.
//   node provider.mjs REDIRECT_ORIGIN     prints its issuer; /_as?email=… says who is before the screen,
//   /_rotate signs with another key from now on.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";

import { Provider } from "oidc-provider";

const origin = process.argv[2];
let person = "agent@ville.example";
let rotations = 0;

function key() {
  rotations += 1;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: `key-${rotations}`, use: "sig", alg: "RS256" };
}

const settings = () => ({
  clients: [
    {
      client_id: "observatoire",
      client_secret: "secret-of-the-observatory",
      redirect_uris: [`${origin}/connexion/retour`],
      post_logout_redirect_uris: [`${origin}/deconnexion`],
      token_endpoint_auth_method: "client_secret_post",
      userinfo_signed_response_alg: "RS256",
    },
  ],
  jwks: { keys: [key()] },
  cookies: { keys: ["only-for-tests"] },
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  features: {
    devInteractions: { enabled: false },
    jwtUserinfo: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  pkce: { required: () => true },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: id, email_verified: !id.startsWith("unverified") }),
  }),
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  loadExistingGrant: async (context) => {
    const { client, session } = context.oidc;
    const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid email");
    await grant.save();
    return grant;
  },
});

let provider;
let issuer;
const server = createServer(async (request, response) => {
  const url = new URL(request.url, issuer);
  if (url.pathname === "/_as") person = url.searchParams.get("email");
  if (url.pathname === "/_rotate") provider = new Provider(issuer, settings());
  if (url.pathname.startsWith("/_")) return response.end();
  if (url.pathname.startsWith("/interaction/")) {
    return provider.interactionFinished(request, response, { login: { accountId: person } });
  }
  return provider.callback()(request, response);
});
server.listen(0, "127.0.0.1", () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  provider = new Provider(issuer, settings());
  console.log(issuer);
});
