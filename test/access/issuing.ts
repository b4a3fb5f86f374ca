import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export type Claims = Readonly<Record<string, unknown>>;
type Answer = (response: ServerResponse) => void;

/** An OpenID Connect issuer on the loopback, as far as who verifies its tokens sees of it: discovery and keys. */
export class TestIssuer {
  /** How often it was asked for each path. */
  readonly asked = { discovery: 0, keys: 0 };
  /** What it answers instead of what it should. */
  discovery: Answer | undefined;
  keySet: Answer | undefined;
  #keys = new Map<string, Awaited<ReturnType<typeof generateKeyPair>> & { alg: string }>();
  #server = createServer((request, response) => void this.#answer(request.url ?? '', response));
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/realms/union`;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async addKey(kid: string, alg = 'ES256'): Promise<void> {
    this.#keys.set(kid, { ...(await generateKeyPair(alg)), alg });
  }

  dropKey(kid: string): void {
    this.#keys.delete(kid);
  }

  publicKey(kid: string): Promise<object> {
    return exportJWK(this.#keyOf(kid).publicKey);
  }

  /** A token of it; a claim or header given as `undefined` is left out. */
  sign(kid: string, claims: Claims = {}, header: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { privateKey, alg } = this.#keyOf(kid);
    const now = Math.floor(Date.now() / 1_000);
    const payload = { iss: this.url, aud: 'rastro', sub: 'u-1', iat: now, exp: now + 300, ...claims };
    return new SignJWT(payload).setProtectedHeader({ alg, kid, typ: 'JWT', ...header }).sign(privateKey);
  }

  #keyOf(kid: string) {
    const key = this.#keys.get(kid);
    if (!key) throw new Error(`the issuer of the test has no key ${kid}`);
    return key;
  }

  async #answer(path: string, response: ServerResponse): Promise<void> {
    const isKeys = path === '/realms/union/keys';
    this.asked[isKeys ? 'keys' : 'discovery'] += 1;
    const instead = isKeys ? this.keySet : this.discovery;
    if (instead) return instead(response);
    const keys = [...this.#keys].map(async ([kid, { publicKey, alg }]) => ({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' })); // prettier-ignore
    const told = isKeys ? { keys: await Promise.all(keys) } : { issuer: this.url, jwks_uri: `${this.url}/keys` };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(told));
  }
}
