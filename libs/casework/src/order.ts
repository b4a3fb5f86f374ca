import type { AssetId, CountryCode, Day, Money, OrderId } from '#core';

import type { Event } from './event.js';

// Stored names and fields: add, never change.

export const orderKinds = ['freezing', 'seizure', 'confiscation', 'interim-sale', 'release', 'restitution'] as const;
export type OrderKind = (typeof orderKinds)[number];

/** The power an order or a measure rests on: the kinds of Directive (EU) 2024/1260 Arts 12-16, and what does not fit them. */
export const powers = [
  'conviction-based', // Art. 12
  'third-party', // Art. 13
  'extended', // Art. 14
  'non-conviction-based', // Art. 15, in rem and administrative forfeiture
  'unexplained-wealth', // Art. 16
  'extinction-of-ownership', // extinción de dominio
  'preventive', // misure di prevenzione, and other measures before any conviction
  'unknown',
] as const;
export type Power = (typeof powers)[number];

/** The decision of an authority. It stands over named assets, or over an amount that any asset may satisfy. */
export type OrderIssued = Event<
  'OrderIssued',
  {
    orderId: OrderId;
    kind: OrderKind;
    power: Power;
    reference: string;
    authority: string;
    /** The issuing State. */
    jurisdiction: CountryCode;
    issuedOn: Day;
    over: { assets: AssetId[] } | { amount: Money };
    /** The last day on which it can be executed; without it, it stands until it is ended. */
    expiresOn?: Day;
    /** Given when it cannot be appealed any more on the day of its entry. */
    finalOn?: Day;
  }
>;

export type OrderExtended = Event<'OrderExtended', { orderId: OrderId; extendedOn: Day; expiresOn: Day }>;
export type OrderAppealed = Event<'OrderAppealed', { orderId: OrderId; appealedOn: Day; reference?: string }>;

/** Upheld leaves everything as it stands; quashed and remitted undo the confiscation, the restraint stays. */
export type AppealDecided = Event<
  'AppealDecided',
  { orderId: OrderId; decidedOn: Day; outcome: 'upheld' | 'quashed' | 'remitted' }
>;

/** No appeal is open any more: what was confiscated under the order is confiscated for good. */
export type OrderBecameFinal = Event<'OrderBecameFinal', { orderId: OrderId; finalOn: Day }>;

export type OrderEnded = Event<
  'OrderEnded',
  { orderId: OrderId; endedOn: Day; how: 'lapsed' | 'lifted' | 'quashed' | 'withdrawn' | 'satisfied' }
>;
