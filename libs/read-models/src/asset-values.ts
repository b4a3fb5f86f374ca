import { type CurrencyCode, decimalString } from '#core';

import type { ReadModels } from './read-models.js';

const EUR = 'EUR' as CurrencyCode;

/** Where shares of the asset stand, and what they were worth when they came there. */
export interface Holding {
  readonly place: string;
  /** Absent where an attribution of the case is sealed for who asks. */
  readonly network?: string;
  readonly amount?: string;
  readonly currency?: string;
  /** Absent where it is not known: unvalued, or without a rate. */
  readonly eur?: string;
}

interface HoldingRow {
  readonly place: string;
  readonly network: string;
  readonly currency: string;
  readonly state: string;
  readonly amount: string;
  readonly eur: string;
}

/** Value at each stage reached, at the time it was reached: four numbers, all kept. */
export interface StageValue {
  readonly stage: string;
  readonly on: string;
  readonly amount?: string;
  readonly currency?: string;
  readonly eur?: string;
}

/** Where its shares stood at a position; `unattributed`: without saying to whom they belong. */
export const holdings = async (
  rm: ReadModels,
  assetId: string,
  until: number,
  unattributed: boolean,
): Promise<Holding[]> => {
  const rows = await rm.db.query<HoldingRow>(
    `select s.place, ${unattributed ? "''" : 'c.network'} as network, c.currency, c.state, sum(s.sign * p.amount) as amount, sum(s.sign * p.eur) as eur
     from ${rm.schema}.postings p join ${rm.schema}.cells c using (cell_id),
       lateral (values (c.to_place, 1), (c.from_place, -1)) as s(place, sign)
     where p.asset_id = $1 and p.position <= $2 and s.place not in ('outside', 'revaluation')
     group by 1, 2, 3, 4
     having sum(s.sign * p.amount) <> 0 or sum(s.sign * p.eur) <> 0 or sum(s.sign * p.share_bp) <> 0 order by 1, 2, 3, 4`,
    [assetId, until],
  );
  return rows.map(({ place, network, currency, state, amount, eur }) => ({
    place,
    ...(unattributed ? {} : { network }),
    ...(currency ? { amount: decimalString(BigInt(amount), currency as CurrencyCode), currency } : {}),
    ...(state === 'valued' ? { eur: decimalString(BigInt(eur), EUR) } : {}),
  }));
};

export const stageValues = async (rm: ReadModels, assetId: string, until: number): Promise<StageValue[]> => {
  const rows = await rm.db.query<{
    stage: string;
    effective_on: string;
    currency: string;
    state: string;
    amount: string;
    eur: string;
  }>(
    `select c.to_place as stage, p.effective_on, c.currency, c.state, sum(p.amount) as amount, sum(p.eur) as eur
     from ${rm.schema}.postings p join ${rm.schema}.cells c using (cell_id)
     where p.asset_id = $1 and p.position <= $2 and c.from_place not in ('revaluation') and c.to_place not in ('outside', 'revaluation')
       and c.reason in ('measure', 'identification')
     group by 1, 2, 3, 4 having sum(p.share_bp * abs(sign(p.arrived + p.counted))) <> 0 or sum(p.amount) <> 0 order by 2, 1`,
    [assetId, until],
  );
  return rows.map(({ stage, effective_on: on, currency, state, amount, eur }) => ({
    stage,
    on,
    ...(currency ? { amount: decimalString(BigInt(amount), currency as CurrencyCode), currency } : {}),
    ...(state === 'valued' ? { eur: decimalString(BigInt(eur), EUR) } : {}),
  }));
};
