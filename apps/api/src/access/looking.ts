import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { CaseId, Day } from '#core';
import { type Access, type Look } from '#runtime';

import { ACCESS } from '../given.js';
import { Invalid } from '../http/invalid.js';
import type { Reader } from './reader.js';

const lookOf = ({ principal, actor, asked }: Reader): Omit<Look, 'kind' | 'outcome' | 'caseIds'> => {
  const { route, requestId, about } = asked;
  const { authority, jurisdiction } = actor;
  return { person: { id: principal.personId, name: principal.name }, authority, jurisdiction, route, requestId, about };
};

const MOST_CASES = 1_000;

/**
 * The record of who looked at what (LED Art. 25), on the disk before anything of it is answered: no record, no body.
 * A look into a case asks for its reason once per case and day.
 */
@Injectable()
export class Looking {
  constructor(@Inject(ACCESS) private readonly access: Access) {}

  /** A look into one case. @throws Invalid `reason-required` (428). */
  async into(reader: Reader, caseId: string): Promise<void> {
    const id = caseId as CaseId;
    const today = this.access.people.now().toISOString().slice(0, 10) as Day;
    const { reason } = reader.asked;
    if (!reason && !(await this.access.log.reasonOf(reader.principal.personId, id, today))) {
      const hint = 'Say once a day why you look into this case: send Rastro-Reason.';
      throw new Invalid('reason-required', hint, [], 428);
    }
    const behindGlass = reader.principal.glass.includes(id) || undefined;
    const look = { ...lookOf(reader), kind: 'consultation', outcome: 'given', caseIds: [id], behindGlass } as const;
    await this.#record(reader, [{ ...look, ...(reason ? { reason } : {}) }]);
  }

  /** A look over cases, in a list; `combination` where it brings together what different cases say. */
  async over(
    reader: Reader,
    caseIds: readonly string[],
    kind: 'consultation' | 'combination' = 'consultation',
  ): Promise<void> {
    const ids = [...new Set(caseIds)] as CaseId[];
    const looks: Look[] = [];
    for (let from = 0; from === 0 || from < ids.length; from += MOST_CASES)
      looks.push({ ...lookOf(reader), kind, outcome: 'given', caseIds: ids.slice(from, from + MOST_CASES) });
    await this.#record(reader, looks);
  }

  /** Somebody takes a file away. */
  async disclosed(reader: Reader): Promise<void> {
    const recipient = reader.principal.name;
    await this.#record(reader, [{ ...lookOf(reader), kind: 'disclosure', outcome: 'given', caseIds: [], recipient }]);
  }

  async #record(reader: Reader, looks: readonly Look[]): Promise<void> {
    await this.access.log.record(looks);
    reader.looked = true;
  }
}

const SENSITIVE = new Set(['consult', 'consult-assets']);
/** Whoever asks for the head of an answer learns whether there is one. */
const READING = new Set(['GET', 'HEAD']);

/**
 * Nothing of a case is answered by a route that forgot to record the look; and whoever was refused a case is recorded too,
 * whether it is there or not.
 */
export const holdToLooks = (
  server: FastifyInstance,
  { log }: Access,
  actOf: (request: FastifyRequest) => string | undefined,
): void => {
  server.addHook('onSend', async (request, reply) => {
    const { reader } = request;
    if (!reader || !READING.has(request.method) || !SENSITIVE.has(actOf(request) ?? '')) return;
    if (reply.statusCode === 403 || reply.statusCode === 404)
      await log.record([{ ...lookOf(reader), kind: 'consultation', outcome: 'denied', caseIds: [] }]);
    else if (reply.statusCode < 300 && !reader.looked) throw new Error(`${reader.asked.route} records no look`);
  });
};
