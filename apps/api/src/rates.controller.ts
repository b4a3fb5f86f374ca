import { Controller, Inject } from '@nestjs/common';

import { type CurrencyCode, type Day } from '#core';

import { Asking, foundOr404 } from './asking.js';
import { RatesQuestion } from './queries.js';
import { Answering, Asks } from './told.js';

export interface RateView {
  readonly currency: string;
  readonly day: string;
  /** Units of the currency for one euro. */
  readonly perEuro: string;
  readonly rateOn: string;
  readonly source: string;
}

/** The rates by which amounts become euro. */
@Controller('v1/rates')
export class RatesController {
  constructor(@Inject(Asking) private readonly asking: Asking) {}

  @Answering('', 'getRate', 'consult-registers', 'Units of a currency for one euro, as of a day', RatesQuestion)
  async rate(@Asks(RatesQuestion) query: RatesQuestion): Promise<RateView> {
    const { currency, day } = query;
    const { rates } = await this.asking.ready(query);
    const rate = rates.perEuro(currency as CurrencyCode, day as Day);
    const { rate: perEuro, rateOn, source } = foundOr404(typeof rate === 'string' ? undefined : rate, 'rate');
    return { currency, day, perEuro, rateOn, source };
  }
}
