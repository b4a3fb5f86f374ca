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

const isSale = ({ type, data }: CaseEvent): boolean => {
  const { how, kind } = data as Subject;
  return type === 'AssetConverted' ? how === 'sale' : kind === 'interim-sale';
};

/** The assets and orders that a fact speaks of; of a fact about the case itself, nothing. */
const subjectsOf = (fact: CaseEvent): string[] => {
  const { assetId, newAssetId, orderId, survivorId, over } = fact.data as Subject;
  const subjects = [assetId, newAssetId, orderId, survivorId].filter((id) => id !== undefined);
  if (over?.assets) subjects.push(...over.assets);
  if (isSale(fact)) subjects.push(SALE);
  return subjects;
};

/** One of them. */
const subjectOf = ({ data }: CaseEvent): string | undefined => (data as Subject).assetId ?? (data as Subject).orderId;

/** Sets of what was told together, each under one of its members. */
class Groups {
  readonly #under = new Map<string, string>();

  of(one: string): string {
    let top = one;
    for (let next = this.#under.get(top); next !== undefined; next = this.#under.get(top)) top = next;
    for (let at = one; at !== top;) {
      const next = this.#under.get(at) ?? top;
      this.#under.set(at, top);
      at = next;
    }
    return top;
  }

  join([first, ...others]: readonly string[]): void {
    if (first === undefined) return;
    for (const other of others) {
      const [one, another] = [this.of(first), this.of(other)];
      if (one !== another) this.#under.set(one, another);
    }
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
    const subject = subjectOf(fact);
    return subject === undefined || concerns(subject);
  };
  return { hangs, concerns };
};
