import { caseFactsOf, mayOnCase, personDecider, personStream, principalOf, RULES_STREAM, rulesDecider } from '#access';
import { caseDecider } from '#casework';
import type { Day, Instant, PersonId } from '#core';
import type { Decider } from '#event-store';

import { streamUntil } from './past.js';
import type { ReadModels } from './read-models.js';

/** Somebody who could read a case, whole or only its assets, by which of their grants. */
export interface CaseReader {
  readonly personId: string;
  readonly name: string;
  readonly may: 'consult' | 'consult-assets';
  readonly role: string;
  readonly authority: string;
  readonly jurisdiction: string;
}

const stateAt = async <State>(rm: ReadModels, stream: string, decider: Decider<State>, at: number): Promise<State> => {
  let state = decider.initial();
  for (const event of await streamUntil(rm, stream, at))
    state = decider.evolve(state, event, { eventId: event.id, revision: event.revision });
  return state;
};

/** When the log stood at a position. */
const momentOf = async (rm: ReadModels, position: number): Promise<Instant | undefined> => {
  const [event] = await rm.store.readAll(position - 1, 1);
  return event?.metadata.recordedAt;
};

/**
 * Who could read a case when the log stood at a position: by the grants, the rules, the team and the shares of then. Costs a
 * read of the stream of everybody who was ever admitted: it is a question of an auditor.
 */
export const caseReaders = async (rm: ReadModels, caseId: string, asOf?: number): Promise<CaseReader[] | undefined> => {
  const position = Math.min(asOf ?? Infinity, rm.position());
  const moment = asOf === undefined ? (new Date().toISOString() as Instant) : await momentOf(rm, position);
  const subject = caseFactsOf(await stateAt(rm, `case-${caseId}`, caseDecider, position));
  if (!subject || !moment) return undefined;
  const { roles } = await stateAt(rm, RULES_STREAM, rulesDecider, position);
  const people = await rm.db.query<{ person_id: PersonId }>(
    `select person_id from ${rm.schema}.people order by first_position`,
  );
  const readers: CaseReader[] = [];
  for (const { person_id: personId } of people) {
    const person = await stateAt(rm, personStream(personId), personDecider, position);
    const principal = principalOf(person, moment);
    if (!principal) continue;
    const answer = (act: CaseReader['may']) => mayOnCase(principal, act, subject, roles, moment.slice(0, 10) as Day);
    for (const may of ['consult', 'consult-assets'] as const) {
      const found = answer(may);
      if (!found.yes) continue;
      const { role, authority, jurisdiction } = found.grant;
      readers.push({ personId, name: principal.name, may, role, authority, jurisdiction });
      break;
    }
  }
  return readers;
};
