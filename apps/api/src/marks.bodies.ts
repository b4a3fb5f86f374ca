import { handlingCodes, informationGrades, sourceGrades } from '#access';
import type { Marks } from '#event-store';

import { checked } from './described/checker.js';
import { OneOf, Part, SomeOf, Text } from './described/fields.js';
import { Invalid } from './http/invalid.js';

/** How an entry may be used (Europol handling codes). */
export class HandlingMark {
  @SomeOf(handlingCodes, 'H0 to H3; H1 and H2 can stand together.', { example: ['H2'] })
  codes!: string[];
  @Text('Who provided it, and whose consent lifts H1 and H2.', { optional: true, most: 200, example: 'PJ' })
  provider?: string;
  @Text('The other restrictions of H3.', { optional: true, most: 1_000 })
  restrictions?: string;
}

/** How sure it is (4x4). */
export class EvaluationMark {
  @OneOf(sourceGrades, 'Of the source.')
  source!: string;
  @OneOf(informationGrades, 'Of what it says.')
  information!: string;
}

/** What stands beside every entry of a case. */
export class Marking {
  @Part(() => HandlingMark, 'How it may be used.', { optional: true })
  handling?: HandlingMark;
  @Part(() => EvaluationMark, 'How sure it is.', { optional: true })
  evaluation?: EvaluationMark;
}

const incomplete = (field: string, message: string): Invalid =>
  new Invalid('invalid', message, [{ pointer: `/handling/${field}`, code: 'required', message }]);

/** @throws Invalid where a provider or the restrictions are missing. */
export const marksOf = (given: object): Marks => {
  const { handling, evaluation } = checked(Marking, given) as Marking;
  const codes = handling?.codes ?? [];
  if (codes.some((code) => code === 'H1' || code === 'H2') && !handling?.provider)
    throw incomplete('provider', 'Say who provided it: H1 and H2 wait for their consent.');
  if (codes.includes('H3') && !handling?.restrictions) throw incomplete('restrictions', 'Say what H3 restricts.');
  return { ...(handling ? { handling } : {}), ...(evaluation ? { evaluation } : {}) };
};

/** The marks of a body, where it has some, and the rest of it. */
export const markedApart = (body: unknown): { marks?: object; rest: unknown } => {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { rest: body };
  const { handling, evaluation, ...rest } = body as Record<string, unknown>;
  if (handling === undefined && evaluation === undefined) return { rest: body };
  return { marks: { ...(handling === undefined ? {} : { handling }), ...(evaluation === undefined ? {} : { evaluation }) }, rest }; // prettier-ignore
};

/** Both are read before either is refused: every wrong place is named. */
export const readTogether = (readBody: () => object, given: object): { body: object; marks: Marks } => {
  const wrong: Invalid[] = [];
  const tried = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      wrong.push(error);
      return undefined;
    }
  };
  const [body, marks] = [tried(readBody), tried(() => marksOf(given))];
  if (body && marks) return { body, marks };
  const complaints = wrong.flatMap((one) => one.complaints);
  throw new Invalid('invalid', wrong[0]?.message ?? 'It is wrong in its form.', complaints);
};
