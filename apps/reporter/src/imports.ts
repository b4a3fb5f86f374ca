import { join } from 'node:path';

import { Refused } from '#core';
import { Tail } from '#event-store';
import { importFile, type Mapping, type Outcome, readMapping } from '#intake';
import { casesOfAssets } from '#read-models';
import {
  type Import,
  importRefusals,
  IMPORTS_QUEUE,
  IMPORTS_STREAM,
  importsDecider,
  questionsNameOf,
  settleImport,
} from '#reporting';
import { type Job, progressOf, type Work } from '#runtime';

import { Importer } from './importer.js';
import { commandOf, type Reporting, seen } from './reporting.js';

/** Trying again would find the same: in the bytes, or in what somebody may. */
const isForGood = (error: unknown): error is Refused =>
  error instanceof Refused && Object.hasOwn(importRefusals, error.code);

/** Registers that are to be taken in. One that is interrupted goes on where it was: rows that stand are not recorded again. */
export const importsWork = (reporting: Reporting): Work => {
  const requests = new Tail(reporting.readModels.store, IMPORTS_STREAM, importsDecider);
  return {
    queue: IMPORTS_QUEUE,
    async owed() {
      const open = [...(await requests.state()).values()].filter(({ concluded, refused }) => !concluded && !refused);
      return open.map(({ asked }) => ({ id: asked.importId, data: {} }));
    },
    async do(job) {
      const request = (await requests.state()).get(job.id);
      if (request && !request.concluded && !request.refused) await takeIn(reporting, request.asked, job);
    },
  };
};

const takeIn = async (reporting: Reporting, asked: Import['asked'], job: Job): Promise<void> => {
  const { readModels, log } = reporting;
  const { importId } = asked;
  try {
    // What an earlier try recorded must be seen: it tells which rows stand.
    await seen(readModels, await readModels.store.head());
    const { rows, recorded, alreadyRecorded, questioned, questionsByCode, assets } = await imported(
      reporting,
      asked,
      job,
    );
    const data = { importId, rows, taken: recorded + alreadyRecorded, questioned, questionsByCode, assets };
    await settle(reporting, { type: 'ImportConcluded', data });
    log.info({ importId, rows, questioned }, 'import concluded');
  } catch (error) {
    if (!isForGood(error)) throw error;
    const { code } = error;
    const { line, column } = error.detail as { line?: number; column?: number | string };
    const place = { ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
    await settle(reporting, { type: 'ImportRefused', data: { importId, code, ...place } });
    log.warn({ importId, code }, 'import refused');
  }
};

const imported = async (reporting: Reporting, asked: Import['asked'], job: Job): Promise<Outcome> => {
  const { readModels, recorder, known, imports } = reporting;
  const mapping = await readMapping(join(imports, asked.mapping));
  return importFile({
    file: join(imports, asked.file),
    name: asked.name,
    mapping,
    recorder,
    actor: asked.by,
    ...(await limitsOf(reporting, asked, mapping)),
    known,
    lookup: (ids) => casesOfAssets(readModels, ids),
    questionsTo: join(imports, questionsNameOf(asked.importId)),
    onProgress: progressOf(job),
    signal: job.signal,
  });
};

/** Of what was asked over the API. Who asks at the machine may do all, alone. */
const limitsOf = async ({ access, readModels }: Reporting, asked: Import['asked'], mapping: Mapping) => {
  const { askedBy, approved } = asked;
  if (!askedBy) return {};
  const admission = await Importer.of(access.people, readModels, { ...asked, askedBy }, mapping);
  if (!approved) return { admission };
  const { person, authority, jurisdiction } = approved.by;
  return { admission, approvedBy: { person, authority, jurisdiction } };
};

const settle = async ({ recorder }: Reporting, outcome: Parameters<typeof settleImport>[0]): Promise<void> => {
  const command = commandOf(`settle-${outcome.data.importId}`, outcome.type);
  await recorder.record(IMPORTS_STREAM, importsDecider, [settleImport(outcome)], command);
};
