import { type Money, moneyOf } from '#core';

import type { CaseEvent } from './events.js';

const inFull = (given: Money | undefined, key: string): object => (given ? { [key]: moneyOf(given, `/${key}`) } : {});

/** The event with its amounts in full, as they are stored: the same amount is written in one way. */
export const normalised = (event: CaseEvent): CaseEvent => {
  const { type } = event;
  if (type === 'AssetValued') return { type, data: { ...event.data, ...moneyOf(event.data) } };
  if (type === 'AssetDisposed') return { type, data: { ...event.data, ...inFull(event.data.proceeds, 'proceeds') } };
  if (type === 'AssetConverted') {
    const { proceeds, costs } = event.data;
    return { type, data: { ...event.data, ...inFull(proceeds, 'proceeds'), ...inFull(costs, 'costs') } };
  }
  if (type === 'OrderIssued' && 'amount' in event.data.over) {
    return { type, data: { ...event.data, over: { amount: moneyOf(event.data.over.amount, '/over/amount') } } };
  }
  return event;
};
