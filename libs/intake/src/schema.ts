const text = { type: 'string', minLength: 1, maxLength: 2_000 } as const;
const texts = { type: 'array', minItems: 1, maxItems: 2_000, items: text } as const;
const field = { $ref: '#/$defs/field' } as const;
const fields = { type: 'object', minProperties: 1, additionalProperties: field } as const;
const condition = { $ref: '#/$defs/condition' } as const;
const sign = { type: 'string', minLength: 1, maxLength: 1 } as const;
/** Between digits. */
const mark = { ...sign, pattern: '^[^0-9]$' } as const;
const flag = { type: 'boolean' } as const;

/** Day formats a mapping may name. Two that look alike (day and month swapped) never stand together. */
export const dayFormats = ['YYYY-MM-DD', 'DD/MM/YYYY', 'MM/DD/YYYY', 'DD-MM-YYYY', 'DD.MM.YYYY', 'YYYYMMDD'] as const;
export type DayFormat = (typeof dayFormats)[number];
const formats = { type: 'array', minItems: 1, items: { enum: dayFormats } } as const;

const exactly = (properties: Record<string, object>, optional: Record<string, object> = {}) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties: { ...properties, ...optional },
});

/** `if` this key is there, it is that operator, and only what that operator knows may stand beside it. */
const oneOfKeys = (operators: Record<string, object>, otherwise: object): object =>
  Object.entries(operators).reduceRight<object>(
    (rest, [key, operator]) => ({ if: { type: 'object', required: [key] }, then: operator, else: rest }),
    otherwise,
  );

const operators = {
  day: exactly({ day: text }, { formats, window: text, missing: text }),
  number: exactly({ number: text }, { decimal: mark, thousands: mark, pattern: text }),
  cut: exactly({ cut: text, pattern: text, group: text }, { values: { type: 'object' } }),
  map: exactly(
    { map: text, values: { type: 'object', minProperties: 1, additionalProperties: field } },
    { questions: { type: 'object', additionalProperties: text } },
  ),
  choose: exactly(
    { choose: { type: 'array', minItems: 1, items: exactly({ when: condition, value: field }) } },
    { else: field },
  ),
  join: exactly({ join: { type: 'array', minItems: 1, items: field } }, { by: { type: 'string', maxLength: 8 } }),
  identifier: exactly({ identifier: text, from: text }, { country: text }),
};

const compared = {
  empty: exactly({ column: text, empty: flag }),
  filled: exactly({ column: text, filled: flag }),
  equals: exactly({ column: text, equals: { type: 'string' } }),
  in: exactly({ column: text, in: { type: 'array', minItems: 1, items: { type: 'string' } } }),
  letters: exactly({ column: text, letters: { type: 'string', pattern: '^[A-Z]+$' } }),
  matches: exactly({ column: text, matches: text }),
  any: exactly({ any: { type: 'array', minItems: 1, items: condition } }),
  all: exactly({ all: { type: 'array', minItems: 1, items: condition } }),
};

const event = exactly({ type: text, fields }, { when: condition });

/** The language of a mapping, as a JSON schema. What needs to look at two places at once is checked after it. */
export const mappingSchema = {
  ...exactly(
    {
      name: { ...text, pattern: '^[a-z0-9][a-z0-9-]*$' },
      version: { type: 'integer', minimum: 1 },
      file: exactly({ encoding: text, delimiter: sign }, { quote: sign, names: texts }),
      columns: texts,
      days: formats,
      case: exactly({ key: texts, fields }),
      asset: exactly({ key: texts }),
      facts: {
        type: 'array',
        minItems: 1,
        items: exactly({ name: text, events: { type: 'array', minItems: 1, items: event } }, { when: condition }),
      },
    },
    {
      drop: texts,
      windows: { type: 'object', additionalProperties: exactly({ from: text, to: text, code: text }) },
      patterns: { type: 'object', additionalProperties: { ...text, maxLength: 300 } },
      questions: {
        type: 'array',
        items: exactly({ when: condition, column: text, code: { ...text, pattern: '^[a-z0-9-]+$' }, reason: text }),
      },
    },
  ),
  $defs: {
    condition: oneOfKeys(compared, {
      type: 'object',
      required: ['column'],
      not: {},
      description: 'a condition says empty, filled, equals, in, letters, matches, any or all',
    }),
    field: {
      if: { type: 'object' },
      then: oneOfKeys(operators, fields),
      else: {
        if: { type: 'array' },
        then: { type: 'array', items: field },
        else: { type: ['string', 'number', 'boolean'] },
      },
    },
  },
};
