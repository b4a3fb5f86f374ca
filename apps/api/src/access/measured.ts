import type { FourEyesAct, Measured } from '#access';
import type { CaseFile, EventOf, Known } from '#casework';
import { type AssetId, type CountryCode, type CurrencyCode, type Day, Exact } from '#core';

import type { Data } from '../commands.js';

type Attributed = EventOf<'CaseAttributedToNetworks'>['data'];

/** By network, what is attributed from a day on; of one day, what was told last. */
const attributedOn = (file: CaseFile, on: Day): Attributed['attributions'] => {
  let standing: Attributed | undefined;
  for (const { event } of file.inForce())
    if (event.type === 'CaseAttributedToNetworks' && event.data.effectiveOn <= on)
      if (!standing || standing.effectiveOn <= event.data.effectiveOn) standing = event.data;
  return standing?.attributions ?? [];
};

/** How much of the value comes to networks, or is taken from them, whichever is more: in basis points. */
const movedBy = (file: CaseFile, { attributions, effectiveOn }: Attributed): number => {
  const weights = new Map<string, number>();
  for (const { networkId, weightBp } of attributedOn(file, effectiveOn)) weights.set(networkId, -weightBp);
  for (const { networkId, weightBp } of attributions) weights.set(networkId, (weights.get(networkId) ?? 0) + weightBp);
  const sum = (sign: 1 | -1): number =>
    [...weights.values()].reduce((all, weight) => all + Math.max(0, sign * weight), 0);
  return Math.max(sum(1), sum(-1));
};

type Valued = Pick<EventOf<'AssetValued'>['data'], 'amount' | 'currency' | 'valuedOn'>;

/** In euro cents; undefined where no rate is known. */
const centsOf = ({ amount, currency, valuedOn }: Valued, known: Known): bigint | undefined => {
  const rate = known.rate(currency, 'EUR' as CurrencyCode, valuedOn);
  return rate === undefined
    ? undefined
    : BigInt(new Exact(String(amount)).mul(rate).mul(100).toDecimalPlaces(0).toFixed());
};

/** What it is said to be worth, or was so far, whichever is more. */
const valued = (file: CaseFile, valuation: Valued & { assetId: AssetId }, known: Known): bigint | undefined => {
  const all = file.assets.get(valuation.assetId)?.valuations ?? [];
  const last = [...all].sort((a, b) => (a.valuedOn < b.valuedOn ? -1 : 1)).at(-1);
  const [now, before] = [centsOf(valuation, known), last ? centsOf(last, known) : 0n];
  return now === undefined || before === undefined ? undefined : now > before ? now : before;
};

/** What a threshold must know of an act: how much it changes, not only what is new. */
export const measuredOf = (act: FourEyesAct, data: Data, file: CaseFile, known: Known): Measured => {
  if (act === 'attribution') return { weightBp: movedBy(file, data as unknown as Attributed) };
  if (act === 'valuation') return { eurCents: valued(file, data as unknown as Valued & { assetId: AssetId }, known) };
  return act === 'disclosure' ? { jurisdiction: data['jurisdiction'] as CountryCode } : {};
};
