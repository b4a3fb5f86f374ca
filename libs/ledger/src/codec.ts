import type { Fact } from './fact.js';

const BIG = new Set(['amount', 'eur']);

/** Facts of an asset as JSON, amounts as decimal strings of minor units. */
export const writeFacts = (facts: readonly Fact[]): string =>
  JSON.stringify(facts, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

export const readFacts = (text: string): Fact[] =>
  JSON.parse(text, (key, value: unknown) =>
    BIG.has(key) && typeof value === 'string' ? BigInt(value) : value,
  ) as Fact[];
