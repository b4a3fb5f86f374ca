import { categories, identifierKinds, valuationMethods } from '#casework';

import {
  Amount,
  Country,
  Currency,
  Id,
  Matching,
  OnDay,
  OneOf,
  OnlyTrue,
  Part,
  Parts,
  Region,
  Text,
} from './described/fields.js';

export class MoneyPart {
  @Amount('The amount, a decimal string.')
  amount!: string;
  @Currency('ISO 4217, retired codes included.')
  currency!: string;
}

export class IdentifierPart {
  @OneOf(identifierKinds, 'The kind of identifier.', { example: 'imo' })
  kind!: string;
  @Text('As it was written.', { most: 200, example: 'IMO 9074729' })
  raw!: string;
  @Country('For plates, cadastral references and registers: whose.', { optional: true })
  country?: string;
}

/** A token has up to 18 decimals. */
const UNITS = /^(0|[1-9]\d{0,17})(\.\d{1,18})?$/;

export class QuantityPart {
  @Matching(UNITS, 'units-malformed', 'Give a decimal string such as "12.5": digits, a point, no sign and no exponent.', 'How many, a decimal string.', { example: '12.5' }) // prettier-ignore
  units!: string;
  @Text('Of what: a token, hectares, heads, kilograms.', { most: 40, example: 'ha' })
  unit!: string;
}

class Place {
  @Country('Where it is: its value belongs to this jurisdiction.')
  jurisdiction!: string;
  @Region('ISO 3166-2.', { optional: true })
  region?: string;
  @Region('ISO 3166-2, below the region.', { optional: true, example: 'ES-C' })
  district?: string;
  @Text('The town or the place.', { optional: true, most: 200 })
  locality?: string;
}

export class IdentifyAsset extends Place {
  @Id('The id of the asset, when the caller makes it.', { optional: true })
  assetId?: string;
  @OneOf(categories, 'What it is.', { example: 'vessel' })
  category!: string;
  @Text('What it looks like, without names of persons.', { most: 2_000, example: 'Sailing yacht, 14 m' })
  description!: string;
  @Parts(() => IdentifierPart, 'What it is called in the registers of others.', { least: 0, most: 50 })
  identifiers!: IdentifierPart[];
  @OnDay('The day on which it was found.')
  identifiedOn!: string;
  @Part(() => QuantityPart, 'Where money is not the measure.', { optional: true })
  quantity?: QuantityPart;
  @Text('Anything else.', { optional: true, most: 2_000 })
  note?: string;
  @OnlyTrue('From a register that says what stands today and not since when.')
  opening?: true;
}

const EVALUATION = /^[ABCX][1-4]$/;

export class TraceAsset {
  @OnDay('The day on which it was traced.')
  tracedOn!: string;
  @Text("A reference to the person in the authority's own files: no name.", { most: 200, example: 'P-17' })
  subject!: string;
  @OneOf(['owner', 'beneficial-owner', 'holder', 'third-party'], 'What the person is to the asset.')
  role!: string;
  @Text('On what evidence.', { most: 2_000, example: 'register of vessels' })
  evidence!: string;
  @Matching(EVALUATION, 'evaluation-malformed', 'Give A, B, C or X and 1 to 4, such as B2.', 'Reliability of the source (A, B, C, X) and of what it says (1-4).', { optional: true, example: 'B2' }) // prettier-ignore
  evaluation?: string;
}

export class ValueAsset extends MoneyPart {
  @OneOf(valuationMethods, 'How it was valued.', { example: 'expert-appraisal' })
  method!: string;
  @OnDay('The day for which the value holds: its rate converts it.')
  valuedOn!: string;
  @Text('Who valued it.', { optional: true })
  valuer?: string;
  @Text('The reference of the valuation.', { optional: true })
  document?: string;
}

export class ConvertAsset {
  @Id('The id of the asset that takes its place, when the caller makes it.', { optional: true })
  newAssetId?: string;
  @OneOf(['sale', 'deposit', 'exchange'], 'How.')
  how!: string;
  @OneOf(categories, 'What the new asset is.', { example: 'bank-account' })
  category!: string;
  @Text('What the new asset is, in words.', { most: 2_000, example: 'Deposit of the price' })
  description!: string;
  @Parts(() => IdentifierPart, 'What the new asset is called in the registers of others.', {
    least: 0,
    most: 50,
    example: [{ kind: 'iban', raw: 'ES91 2100 0418 4502 0005 1332' }],
  })
  identifiers!: IdentifierPart[];
  @Part(() => MoneyPart, 'What it brought, net of its costs.')
  proceeds!: MoneyPart;
  @Part(() => MoneyPart, 'What it cost.', { optional: true })
  costs?: MoneyPart;
  @OnDay('The day on which it took effect.')
  effectiveOn!: string;
}

export class LoseAsset {
  @OnDay('The day on which it was gone.')
  effectiveOn!: string;
  @Text('How it was lost.', { most: 2_000, example: 'sunk in a storm' })
  reason!: string;
}

export class RelocateAsset extends Place {
  @OnDay('The day on which it was there.')
  effectiveOn!: string;
}

export class DeclareDuplicate {
  @Id('The asset that stays.')
  survivorId!: string;
  @Id('The case of the asset that stays.')
  survivorCaseId!: string;
  @Text('Why they are one.', { most: 2_000, example: 'the same hull' })
  reason!: string;
}
