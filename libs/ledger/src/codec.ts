import type { Fact, Valued } from './fact.js';

const BIG = new Set(['amount', 'eur']);

/** Facts of an asset as JSON, amounts as decimal strings of minor units. */
export const writeFacts = (facts: readonly Fact[]): string => JSON.stringify(facts.map(plain));

/** Without big integers, which JSON has not. By hand: a replacer asked for every field costs three times as much. */
const plain = (fact: Fact): object =>
  'value' in fact
    ? { ...fact, value: plainValue(fact.value) }
    : 'proceeds' in fact && fact.proceeds
      ? { ...fact, proceeds: plainValue(fact.proceeds) }
      : fact;

const plainValue = ({ amount, conversion, ...value }: Valued): object => ({
  ...value,
  amount: amount.toString(),
  ...(conversion ? { conversion: { ...conversion, eur: conversion.eur.toString() } } : {}),
});

export const readFacts = (text: string): Fact[] =>
  JSON.parse(text, (key, value: unknown) =>
    BIG.has(key) && typeof value === 'string' ? BigInt(value) : value,
  ) as Fact[];
