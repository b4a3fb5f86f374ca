import { setTimeout as pause } from 'node:timers/promises';

import type { Plan } from './plan.js';

/** What was acknowledged: the command, and the events that its receipt named. */
export type Acknowledged = ReadonlyMap<string, readonly string[]>;

export interface Tally {
  readonly acknowledged: Acknowledged;
  /** Answers that were neither a receipt nor "try again". */
  readonly refused: readonly string[];
  /** How often an outcome was unknown, and was settled by the same key. */
  readonly unknown: number;
}

interface Write {
  readonly path: string;
  readonly body: object;
}

const actor = 'person=Ana; authority=Court 3; jurisdiction=ES';
const AGAIN_MS = 150;
const ANSWER_MS = 10_000;

const opening = (reference: string): object => ({ reference, title: 'Case under fault', authority: 'Court 3', jurisdiction: 'ES', openedOn: '2026-01-10' }); // prettier-ignore
const identified = { category: 'vessel', description: 'Yacht', identifiers: [], identifiedOn: '2026-01-12', jurisdiction: 'ES' }; // prettier-ignore
const worth = (euro: number): object => ({ amount: `${euro}.00`, currency: 'EUR', method: 'expert-appraisal', valuedOn: '2026-01-12' }); // prettier-ignore
const seized = { effectiveOn: '2026-01-15', shareBp: 10 };

/** Clients that record facts over HTTP, each its own, and each fact under its own key until it is acknowledged. */
export class Clients {
  readonly #acknowledged = new Map<string, string[]>();
  readonly #refused: string[] = [];
  #unknown = 0;
  /** How often each code of a problem was answered. */
  readonly codes = new Map<string, number>();
  #ending = false;
  readonly #working: Promise<void>[];

  /** `apis`: where to ask; who does not answer is asked elsewhere next time. */
  constructor(
    private readonly apis: readonly { readonly url: string }[],
    private readonly plan: Plan,
    count: number,
    name = 'client',
  ) {
    this.#working = Array.from({ length: count }, (_, client) => this.#work(`${name}-${client}`));
  }

  get count(): number {
    return this.#acknowledged.size;
  }

  /** No new facts; those begun are settled. */
  async end(): Promise<Tally> {
    this.#ending = true;
    await Promise.all(this.#working);
    return { acknowledged: this.#acknowledged, refused: this.#refused, unknown: this.#unknown };
  }

  async #work(name: string): Promise<void> {
    for (let round = 0; !this.#ending; round += 1) {
      const key = `${name}-${round}`;
      const caseId = (await this.#record(`${key}-case`, { path: 'cases', body: opening(key) }))['caseId'];
      const asset = { path: `cases/${caseId}/assets`, body: identified };
      const assetId = (await this.#record(`${key}-asset`, asset))['assetId'];
      const path = `cases/${caseId}/assets/${assetId}`;
      for (let step = 0; step < 8 && !this.#ending; step += 1) {
        await this.#record(`${key}-worth-${step}`, { path: `${path}/valuations`, body: worth(1_000 + step) });
        await this.#record(`${key}-seized-${step}`, { path: `${path}/seizures`, body: { ...seized, effectiveOn: `2026-02-${10 + step}` } }); // prettier-ignore
      }
    }
  }

  /** Until it is acknowledged: what is not known is asked again under the same key, here or elsewhere. */
  async #record(key: string, write: Write): Promise<Record<string, string>> {
    for (;;) {
      const answer = await this.#send(key, write);
      if (answer?.status === 201 || answer?.status === 200) {
        const { eventIds, ids } = answer.body as { eventIds: string[]; ids: Record<string, string> };
        this.#acknowledged.set(key, eventIds);
        return ids;
      }
      const code = String((answer?.body as { code?: string } | undefined)?.code ?? 'no answer');
      this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
      if (answer && answer.status !== 503) {
        this.#refused.push(`${key}: ${answer.status} ${JSON.stringify(answer.body)}`);
        if (this.#refused.length > 20 || this.#ending) return {};
      }
      this.#unknown += 1;
      await pause(AGAIN_MS);
    }
  }

  async #send(key: string, { path, body }: Write): Promise<{ status: number; body: object } | undefined> {
    const headers = { 'content-type': 'application/json', 'rastro-actor': actor, 'idempotency-key': key, 'if-match': '*' }; // prettier-ignore
    try {
      const response = await fetch(`${this.plan.of(this.apis).url}/v1/${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      return { status: response.status, body: (await response.json()) as object };
    } catch {
      return undefined;
    }
  }
}
