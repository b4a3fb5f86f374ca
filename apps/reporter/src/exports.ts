import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { Refused } from '#core';
import { Tail } from '#event-store';
import {
  asInvented,
  askedOf,
  exportFigures,
  EXPORTS_QUEUE,
  EXPORTS_STREAM,
  exportsDecider,
  type ExportRequest,
  fileNameOf,
  refuseExport,
  scopeOf,
} from '#reporting';
import { type Work, writeOnce } from '#runtime';

import { commandOf, type Reporting, seen } from './reporting.js';

const isOwed = ({ exports }: Reporting, { asked, refused }: ExportRequest): boolean =>
  !refused && !existsSync(join(exports, fileNameOf(asked)));

/** Files of figures: owed from when they are asked for until they lie in the folder. */
export const exportsWork = (reporting: Reporting): Work => {
  const requests = new Tail(reporting.readModels.store, EXPORTS_STREAM, exportsDecider);
  return {
    queue: EXPORTS_QUEUE,
    atOnce: 2,
    async owed() {
      const owed = [...(await requests.state()).values()].filter((request) => isOwed(reporting, request));
      return owed.map(({ asked }) => ({ id: asked.exportId, data: {} }));
    },
    async do({ id }) {
      const request = (await requests.state()).get(id);
      if (request && isOwed(reporting, request)) await writeExport(reporting, request.asked);
    },
  };
};

/** What can never be written is refused for good, in the log. */
const writeExport = async (reporting: Reporting, asked: ExportRequest['asked']): Promise<void> => {
  const { readModels, exports, log, invented } = reporting;
  const { exportId } = asked;
  await seen(readModels, asked.asOf);
  try {
    const content = await exportFigures(readModels, scopeOf(asked), askedOf(asked), asked.format);
    const told = invented ? asInvented(content, asked.format) : content;
    const written = await writeOnce(exports, fileNameOf(asked), told);
    log.info({ exportId, written }, 'export written');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const decision = refuseExport(exportId, error.code);
    await reporting.recorder.record(
      EXPORTS_STREAM,
      exportsDecider,
      [decision],
      commandOf(`refuse-${exportId}`, error.code),
    );
    log.warn({ exportId, code: error.code }, 'export refused');
  }
};
