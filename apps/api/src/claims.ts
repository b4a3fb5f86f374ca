import { Inject, Injectable } from '@nestjs/common';

import { refuse } from '#casework';
import { Refused } from '#core';
import { caseOfOrder, casesOfAssets, ReadModels } from '#read-models';

/** The id of what a case opens. */
export interface Claim {
  readonly kind: 'asset' | 'order';
  readonly id: string;
  readonly caseId: string;
  /** The field that brings it; not given where it was made of a key, and is nobody else's. */
  readonly at?: string;
}

/** The answers know a second later what was recorded: so many are remembered, and as many before them. */
const MOST_LATELY = 5_000;

/**
 * An asset and an order have their id in the whole book, and a case sees only its own: what another case has under an id is looked for
 * in the answers, and among what this process recorded since. Of two processes that open the same id within a second, each has its
 * own: the answers tell them apart (`namesakes`).
 */
@Injectable()
export class Claims {
  /** Where the oldest were taken out of one map, each would have to step over the places of those before it. */
  #lately = new Map<string, string>();
  #before = new Map<string, string>();

  constructor(@Inject(ReadModels) private readonly readModels: ReadModels) {}

  /** @throws Refused `asset-exists`, `order-exists` when another case has it; what the work throws. */
  async holding<T>(claim: Claim, work: () => Promise<T>): Promise<T> {
    const { kind, id, caseId } = claim;
    const key = `${kind} ${id}`;
    const lately = this.#lately.get(key) ?? this.#before.get(key);
    if (lately === undefined) this.#remember(key, caseId);
    try {
      if (claim.at) assertOwn(claim, lately ?? (await this.#standing(claim)));
      return await work();
    } catch (error) {
      // Of an outcome that is not known, it may stand.
      if (lately === undefined && error instanceof Refused) this.#forget(key);
      throw error;
    }
  }

  async #standing({ kind, id }: Claim): Promise<string | undefined> {
    return kind === 'asset' ? (await casesOfAssets(this.readModels, [id])).get(id) : caseOfOrder(this.readModels, id);
  }

  #remember(key: string, caseId: string): void {
    this.#lately.set(key, caseId);
    if (this.#lately.size < MOST_LATELY) return;
    this.#before = this.#lately;
    this.#lately = new Map();
  }

  #forget(key: string): void {
    this.#lately.delete(key);
    this.#before.delete(key);
  }
}

const assertOwn = ({ kind, id, caseId, at }: Claim, holder: string | undefined): void => {
  if (holder === undefined || holder === caseId) return;
  refuse(`${kind}-exists`, 'The id is taken in the book. Leave it out, or give a new one.', { [`${kind}Id`]: id }, at);
};
