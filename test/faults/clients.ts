import { setTimeout as pause } from 'node:timers/promises';

import type { Callers } from './callers.js';
import type { Plan } from './plan.js';

/** What was acknowledged: the command, and the events that its receipt named; of a proposal, its type and id. */
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
  /** Who asks: who records unless told. */
  readonly by?: keyof Callers;
}

interface Receipt {
  readonly eventIds: string[];
  readonly ids: Record<string, string>;
}

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
    private readonly callers: Callers,
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
      const opened = await this.#record(`${key}-case`, { path: 'cases', body: opening(key) });
      const file = `cases/${opened?.ids['caseId']}`;
      const asset = await this.#record(`${key}-asset`, { path: `${file}/assets`, body: identified });
      const path = `${file}/assets/${asset?.ids['assetId']}`;
      for (let step = 0; step < 8 && !this.#ending; step += 1) {
        const mistaken = await this.#record(`${key}-worth-${step}`, { path: `${path}/valuations`, body: worth(1_000 + step) }); // prettier-ignore
        if (mistaken && step % 4 === 1) await this.#void(`${key}-void-${step}`, `${file}/entries/${mistaken.eventIds[0]}`); // prettier-ignore
        await this.#record(`${key}-seized-${step}`, { path: `${path}/seizures`, body: { ...seized, effectiveOn: `2026-02-${10 + step}` } }); // prettier-ignore
      }
    }
  }

  async #record(key: string, write: Write): Promise<Receipt | undefined> {
    const receipt = (await this.#settle(key, write)) as Receipt | undefined;
    if (receipt) this.#acknowledged.set(key, receipt.eventIds);
    return receipt;
  }

  /** Proposed by one and approved by the other, each fact of it acknowledged under its own key. */
  async #void(key: string, entry: string): Promise<void> {
    const proposed = await this.#settle(key, { path: `${entry}/voidings`, body: { reason: 'A slip of the pen' } });
    if (!proposed) return;
    const { proposalId } = proposed as { proposalId: string };
    this.#acknowledged.set(key, [`ActProposed ${proposalId}`]);
    const [approval, path] = [`${key}-approval`, `proposals/${proposalId}/approval`];
    const carriedOut = await this.#record(approval, { path, body: {}, by: 'rui' });
    if (!carriedOut) return;
    this.#acknowledged.set(approval, [`ProposalApproved ${proposalId}`]);
    this.#acknowledged.set(`settle-${proposalId}`, [`ProposalCarriedOut ${proposalId}`]);
    this.#acknowledged.set(`proposal-${proposalId}`, carriedOut.eventIds);
  }

  /** Until it is acknowledged: what is not known is asked again under the same key, here or elsewhere. */
  async #settle(key: string, write: Write): Promise<object | undefined> {
    for (;;) {
      const answer = await this.#send(key, write);
      if (answer && answer.status < 300) return answer.body;
      const code = String((answer?.body as { code?: string } | undefined)?.code ?? 'no answer');
      this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
      if (answer && answer.status !== 503) {
        this.#refused.push(`${key}: ${answer.status} ${JSON.stringify(answer.body)}`);
        if (this.#refused.length > 20 || this.#ending) return undefined;
      }
      this.#unknown += 1;
      await pause(AGAIN_MS);
    }
  }

  async #send(key: string, { path, body, by = 'ana' }: Write): Promise<{ status: number; body: object } | undefined> {
    const authorization = `Bearer ${this.callers[by]}`;
    const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': key, 'if-match': '*' }; // prettier-ignore
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
