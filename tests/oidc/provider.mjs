// A real OpenID Connect provider for the tests, on a port of 127.0.0.1 that it prints.
// Standard input: one line of JSON, {port, jwks, redirect_uri, algorithm, in_id_token}.
// An account's name is its email; "unverified:" and "nameless:" before it do what they say.
import http from 'node:http';
import readline from 'node:readline';

import Provider from 'oidc-provider';

const [line] = await new Promise((resolve) => {
  readline.createInterface({ input: process.stdin }).once('line', (given) => resolve([given]));
});
const given = JSON.parse(line);

let answer;
const server = http.createServer((request, response) => answer(request, response));
server.listen(given.port, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    jwks: given.jwks,
    cookies: { keys: ['for the tests'] },
    clients: [
      {
        client_id: 'tagwright',
        client_secret: 'a secret: with/odd+letters',
        redirect_uris: [given.redirect_uri],
        id_token_signed_response_alg: given.algorithm,
      },
      {
        client_id: 'public',
        token_endpoint_auth_method: 'none',
        redirect_uris: [given.redirect_uri],
        id_token_signed_response_alg: given.algorithm,
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: !given.in_id_token,
    findAccount: (context, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: id.startsWith('nameless:') ? undefined : id.replace('unverified:', ''),
        email_verified: !id.startsWith('unverified:'),
        name: 'Somebody',
      }),
    }),
  });
  answer = provider.callback();
  process.stdout.write(`${JSON.stringify({ issuer })}\n`);
});
process.stdin.on('close', () => process.exit());
