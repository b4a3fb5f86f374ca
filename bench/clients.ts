import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

import type { Actor } from '#event-store';
import type { Access } from '#runtime';

import { admit } from './admitting.js';
import type { Load, Plan } from './load.js';

export const opening = {
  reference: 'Bench',
  title: 'Bench',
  authority: 'Bench',
  jurisdiction: 'ES',
  openedOn: '2024-01-01',
};

const fact = {
  category: 'vehicle',
  description: 'Vehicle {n}',
  identifiers: [],
  identifiedOn: '2024-02-01',
  jurisdiction: 'ES',
  note: 'x'.repeat(400),
};

/** Admits who records: an investigator of one jurisdiction. @returns what they sign in with. */
export const admitBench = async (access: Access): Promise<string> => {
  const actor = { person: 'bench', authority: 'Bench', jurisdiction: 'ES' } as Actor;
  const { secret } = await admit(access, actor, [{ role: 'investigator', jurisdiction: actor.jurisdiction }]);
  return secret;
};

/** Those who record and ask over HTTP, in a process of their own. */
export class Clients {
  constructor(
    private readonly address: string,
    private readonly secret: string,
  ) {}

  get #headers(): Record<string, string> {
    const authorization = `Bearer ${this.secret}`;
    return { authorization, 'content-type': 'application/json', 'if-match': '*', 'idempotency-key': randomUUID() };
  }

  async post(path: string, body: object): Promise<void> {
    const headers = this.#headers;
    const answer = await fetch(`${this.address}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }

  /** How long a write takes to be answered, in milliseconds, its body to the last byte. It is refused unless a status is told. */
  async timed(path: string, body: string, expected?: number): Promise<number> {
    const all = this.#headers;
    const start = performance.now();
    const answer = await fetch(`${this.address}${path}`, { method: 'POST', headers: all, body });
    const text = await answer.text();
    const ms = performance.now() - start;
    if (expected === undefined ? answer.status < 400 || answer.status >= 500 : answer.status !== expected)
      throw new Error(`${path}: ${answer.status} ${text}`);
    return ms;
  }

  async openCases(count: number): Promise<string[]> {
    const cases = Array.from({ length: count }, () => randomUUID());
    for (const caseId of cases) await this.post('/v1/cases', { caseId, ...opening });
    return cases;
  }

  /** Identifies assets in these cases in turn: so many clients, each sends its next when the last is answered. */
  identify(cases: readonly string[], clients: number, requests: number): Promise<Load> {
    const paths = cases.map((caseId) => `/v1/cases/${caseId}/assets`);
    return this.#run({ method: 'POST', paths, bodies: [JSON.stringify(fact)] }, clients, requests);
  }

  /** Records so much that what records it is compiled: a service runs for months. */
  async warmUp(cases: readonly string[], short: boolean): Promise<void> {
    await this.identify(cases, 64, short ? 64 : 5_000);
  }

  /** Asks these questions in turn, in the same way. */
  ask(paths: readonly string[], clients: number, requests: number): Promise<Load> {
    return this.#run({ method: 'GET', paths }, clients, requests);
  }

  async #run(what: Pick<Plan, 'method' | 'paths' | 'bodies'>, clients: number, requests: number): Promise<Load> {
    const port = Number(new URL(this.address).port);
    const plan: Plan = { ...what, port, secret: this.secret, clients, requests, run: randomUUID() };
    const script = new URL('./load.js', import.meta.url).pathname;
    const child = spawn(process.execPath, [script, JSON.stringify(plan)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    for await (const chunk of child.stdout) text += String(chunk);
    return JSON.parse(text) as Load;
  }
}
