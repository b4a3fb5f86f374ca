import type { EventId } from '#core';
import { difference, extend, type Fact, fold, type RateTable, toEuroCents, type Valued } from '#ledger';

import type { At } from './batch.js';
import { accountOf, type AssetEntry, weightsOf } from './entries.js';
import { countOrders } from './executions.js';
import { amountIn, withAmount } from './facts.js';

/** Marks an asset as changed by the event at hand. */
export const touch = ({ batch, event, entry }: At, asset: AssetEntry): void => {
  asset.position = event.position;
  batch.changes.assets.set(asset.assetId, asset);
  if (!batch.changes.cases.has(entry.caseId)) batch.changes.cases.set(entry.caseId, entry);
};

/**
 * Goes on from what stands when the fact was recorded and took effect last; else folds the history anew and posts the difference.
 * A fact stands among the others by its revision: a correction, or a measure told late, makes some appear that were recorded before.
 */
export const addFact = async (at: At, asset: AssetEntry, fact: Fact | undefined): Promise<void> => {
  if (!fact) return touch(at, asset);
  const converted = convertedFact(at, asset, fact);
  const place = asset.facts.findLastIndex(({ revision }) => revision <= fact.revision) + 1;
  if (place < asset.facts.length) return repost(at, asset, asset.facts.toSpliced(place, 0, converted));
  const weights = weightsOf(at.entry.detail);
  const account = accountOf(asset, weights);
  const [standing, executions] = [account.postings.length, new Map(account.executions)];
  if (!extend(account, { facts: asset.facts, weights }, converted))
    return repost(at, asset, [...asset.facts, converted]);
  asset.facts.push(converted);
  touch(at, asset);
  for (const posting of account.postings.slice(standing)) at.batch.post(at.event, asset, posting);
  await countOrders(at, asset, executions, account.executions);
  await passOn(at, asset);
};

/** Puts another fact, or none, in the place of the one that an entry told; where it told none, by its revision. */
export const replaceFact = async (
  at: At,
  asset: AssetEntry,
  eventId: EventId,
  fact: Fact | undefined,
): Promise<void> => {
  const index = asset.facts.findIndex((other) => other.eventId === eventId);
  const before = asset.facts[index];
  if (!before) return addFact(at, asset, fact);
  const now = fact && convertedFact(at, asset, { ...fact, revision: before.revision }, before);
  const facts = asset.facts.toSpliced(index, 1, ...(now ? [now] : []));
  await repost(at, asset, facts);
};

/** Folds the history anew and posts what differs from what stands. */
export const repost = async (at: At, asset: AssetEntry, facts: Fact[]): Promise<void> => {
  const weights = weightsOf(at.entry.detail);
  const before = asset.account ?? fold({ facts: asset.facts, weights });
  if (asset.facts.some((fact, index) => fact !== facts[index])) at.batch.changes.rewritten.add(asset.assetId);
  asset.facts = facts;
  asset.account = fold({ facts, weights });
  touch(at, asset);
  for (const posting of difference(before.postings, asset.account.postings)) at.batch.post(at.event, asset, posting);
  await countOrders(at, asset, before.executions, asset.account.executions);
  await passOn(at, asset);
};

/** When what an asset handed over changed, so does what its substitute got. */
const passOn = async (at: At, asset: AssetEntry): Promise<void> => {
  const inheritance = asset.detail.convertedInto && asset.account?.handedOver;
  if (!asset.detail.convertedInto || !inheritance) return;
  const [heir] = await at.batch.memory.assetsById([asset.detail.convertedInto]);
  const got = heir?.facts.find((fact) => fact.kind === 'inherited');
  if (!heir || got?.kind !== 'inherited' || JSON.stringify(got.inheritance) === JSON.stringify(inheritance)) return;
  await repost(
    at,
    heir,
    heir.facts.map((fact) => (fact === got ? { ...got, inheritance } : fact)),
  );
};

/** New rates came: whatever the asset has in this currency and of this day is converted now. */
export const complete = async (at: At, asset: AssetEntry, currency: string, on: string): Promise<void> => {
  const facts = asset.facts.map((fact) => {
    const value = amountIn(fact);
    return value && !value.conversion && value.currency === currency && value.on === on
      ? withAmount(fact, converted(at.batch.memory.rates, value))
      : fact;
  });
  await repost(at, asset, facts);
};

/**
 * Converts the amount of a fact once, at the rate of its day; what has no rate yet waits. Where it takes the place of another one, of
 * the same currency and day, the rate of that one stays.
 */
const convertedFact = ({ batch }: At, { assetId }: AssetEntry, fact: Fact, before?: Fact): Fact => {
  const value = amountIn(fact);
  if (!value) return fact;
  const now = convertedAs(before && amountIn(before), value) ?? converted(batch.memory.rates, value);
  if (!now.conversion && batch.memory.waiting.add(assetId, value.currency, value.on))
    batch.changes.waiting.push([assetId, value.currency, value.on]);
  return withAmount(fact, now);
};

/** At the rate that another amount of this currency and day was converted at; undefined where it is none of these, or waits. */
const convertedAs = (before: Valued | undefined, value: Valued): Valued | undefined => {
  const { amount, currency, on } = value;
  if (!before?.conversion || before.currency !== currency || before.on !== on) return undefined;
  return { ...value, conversion: { ...before.conversion, eur: toEuroCents(amount, currency, before.conversion) } };
};

const converted = (rates: RateTable, { amount, currency, on }: Valued): Valued => {
  const rate = rates.perEuro(currency, on);
  if (typeof rate === 'string') return { amount, currency, on };
  return { amount, currency, on, conversion: { ...rate, eur: toEuroCents(amount, currency, rate) } };
};
