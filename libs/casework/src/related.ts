import type { CaseEvent } from './events.js';

interface Subject {
  readonly assetId?: string;
  readonly newAssetId?: string;
  readonly orderId?: string;
  readonly survivorId?: string;
  readonly over?: { readonly assets?: readonly string[] };
  readonly kind?: string;
  readonly how?: string;
}

/** A sale rests on whichever order of interim sale is in force (`AssetConverted`): what is said of either may concern all of them. */
const SALE = 'sale';

/** The assets and orders that a fact speaks of; of a fact about the case itself, nothing. */
const subjectsOf = (event: CaseEvent): string[] => {
  const { assetId, newAssetId, orderId, survivorId, over, kind, how } = event.data as Subject;
  const subjects = over?.assets ? [...over.assets] : [];
  for (const id of [assetId, newAssetId, orderId, survivorId]) if (id !== undefined) subjects.push(id);
  const isSale = event.type === 'AssetConverted' ? how === 'sale' : kind === 'interim-sale';
  if (isSale) subjects.push(SALE);
  return subjects;
};

/** Sets of what was told together, each under one of its members. */
class Groups {
  readonly #under = new Map<string, string>();

  of(one: string): string {
    let at = one;
    for (let next = this.#under.get(at); next !== undefined && next !== at; next = this.#under.get(at)) at = next;
    if (at !== one) this.#under.set(one, at);
    return at;
  }

  join([first, ...others]: readonly string[]): void {
    if (first === undefined) return;
    for (const other of others) this.#under.set(this.of(other), this.of(first));
  }
}

/** What may hang on some facts of a case. */
export interface Related {
  /** Whether a fact may. What is about the case itself always may. */
  readonly hangs: (fact: CaseEvent) => boolean;
  /** Whether an asset or an order may. */
  readonly concerns: (id: string) => boolean;
}

/**
 * What may hang on these facts: what speaks of the same assets and orders, over whatever others, and what is about the case itself.
 * No rule about anything else looks at what they say.
 */
export const relatedTo = (facts: readonly CaseEvent[], these: readonly CaseEvent[]): Related => {
  const groups = new Groups();
  for (const fact of facts) groups.join(subjectsOf(fact));
  const concerned = new Set(these.flatMap(subjectsOf).map((one) => groups.of(one)));
  const concerns = (id: string): boolean => concerned.has(groups.of(id));
  const hangs = (fact: CaseEvent): boolean => {
    const [first] = subjectsOf(fact);
    return first === undefined || concerns(first);
  };
  return { hangs, concerns };
};
