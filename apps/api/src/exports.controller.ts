import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';

import { Controller, Inject, StreamableFile } from '@nestjs/common';

import { stillWithin } from '#access';
import { periodOf } from '#core';
import { commandHashOf, Recorder } from '#event-store';
import { assertMayLookBack, definitionsFor, type Grouping, hashAt, idOf } from '#read-models';
import {
  askForFigures,
  type ExportQuestion,
  exportIdOf,
  EXPORTS_QUEUE,
  exportsDecider,
  EXPORTS_STREAM,
  type FiguresExportAsked,
  fileNameOf,
  type Format,
} from '#reporting';
import type { Jobs, JobTold } from '#runtime';

import { Answer } from './answer.js';
import { Asking, foundOr404 } from './asking.js';
import { AskForFigures } from './exports.bodies.js';
import { JOBS, jobTold } from './job-told.js';
import { Looking } from './access/looking.js';
import type { Reader } from './access/reader.js';
import { Answering, By, Path, type PathIds, Records, TellsOf, type Told } from './told.js';

/** By which Nest hands over the folder that the reporters write to. */
export const EXPORTS_FOLDER = Symbol('exports');

export interface ExportTold {
  readonly exportId: string;
  readonly state: 'owed' | 'written' | 'refused';
  readonly asked: Omit<FiguresExportAsked['data'], 'scope' | 'asOfHash'>;
  readonly file?: string;
  /** The code of the refusal. */
  readonly refused?: string;
  readonly job?: JobTold;
}

const listOf = (text?: string): string[] => [...new Set(text?.split(',') ?? [])];

/** Figures as files: asked for here, written by a reporter. */
@Controller('v1/exports')
export class ExportsController {
  constructor(
    @Inject(Recorder) private readonly recorder: Recorder,
    @Inject(Asking) private readonly asking: Asking,
    @Inject(EXPORTS_FOLDER) private readonly folder: string,
    @Inject(JOBS) private readonly jobs: Jobs | null,
    @Inject(Looking) private readonly looking: Looking,
  ) {}

  @Records('figures', AskForFigures, {
    name: 'askForFigures',
    act: 'export',
    title: 'Ask for figures as a file',
    opens: true,
  })
  async ask(@TellsOf(AskForFigures) { caller, body }: Told<AskForFigures>): Promise<Answer<ExportTold>> {
    const { reader } = caller;
    const question = await this.#questionOf(body, reader);
    const command = { ...caller, commandHash: commandHashOf({ ...body }), expected: 'any' as const };
    const receipt = await this.recorder.record(EXPORTS_STREAM, exportsDecider, [askForFigures(question)], command);
    const [recorded] = receipt.repeated ? await this.#askedBy(receipt.eventIds) : [];
    const told = await this.#told(reader, recorded ?? exportIdOf(question));
    return new Answer(told, receipt.eventIds.length > 0 ? 201 : 200, { location: `/v1/exports/${told.exportId}` });
  }

  @Answering(':exportId', 'getExport', 'export', 'Whether the file is written, and where it is')
  get(@Path() { exportId = '' }: PathIds, @By() reader: Reader): Promise<ExportTold> {
    return this.#told(reader, exportId);
  }

  @Answering(':exportId/file', 'getExportFile', 'export', 'The file')
  async file(@Path() { exportId = '' }: PathIds, @By() reader: Reader): Promise<StreamableFile> {
    const { state, asked } = await this.#told(reader, exportId);
    const name = foundOr404(state === 'written' ? fileNameOf(asked) : undefined, 'file');
    await this.looking.disclosed(reader);
    const type = asked.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json';
    return new StreamableFile(createReadStream(join(this.folder, name)), {
      type,
      disposition: `attachment; filename="${name}"`,
    });
  }

  /** Without a position it is about what is known now; that position, and what led there, is part of the question from then on. */
  async #questionOf(body: AskForFigures, { scope, principal }: Reader): Promise<ExportQuestion> {
    const edition = body.edition === undefined ? {} : await this.asking.asOfEdition(this.asking.rm, body);
    const asOf = edition.asOf ?? (await this.asking.recordedPosition(body.asOf));
    await assertMayLookBack(this.asking.rm, scope, { period: periodOf(body.period, '/period'), asOf });
    const by = listOf(body.by) as Grouping[];
    const { period, format } = body;
    const chosen = definitionsFor(listOf(body.definitions), by.includes('quarter'), '/definitions');
    const definitions = chosen.map(idOf);
    const asOfHash = await hashAt(this.asking.rm, asOf);
    const asked = { period, by, definitions, format: format as Format, asOf, ...(asOfHash ? { asOfHash } : {}) };
    return { ...asked, scope, askedBy: principal.personId };
  }

  async #askedBy(eventIds: readonly string[]): Promise<string[]> {
    const events = await this.asking.rm.store.read(EXPORTS_STREAM, 0, Number.MAX_SAFE_INTEGER);
    return events.filter(({ id }) => eventIds.includes(id)).map(({ data }) => String(data['exportId']));
  }

  /** A file is for who asked for it, while they may see all that it was asked about. For anybody else there is none. */
  async #told({ principal, scope: now }: Reader, exportId: string): Promise<ExportTold> {
    const { state: requests } = await this.recorder.read(EXPORTS_STREAM, exportsDecider);
    const found = requests.get(exportId);
    const own = found?.asked.askedBy === principal.personId ? found : undefined;
    const theirs = own?.asked.scope && stillWithin(own.asked.scope, now) ? own : undefined;
    const { asked: whole, refused } = foundOr404(theirs, 'export');
    const { scope: _scope, asOfHash: _hash, ...asked } = whole;
    const written = existsSync(join(this.folder, fileNameOf(asked)));
    if (written) return { exportId, state: 'written', asked, file: `/v1/exports/${exportId}/file` };
    if (refused) return { exportId, state: 'refused', asked, refused };
    return { exportId, state: 'owed', asked, ...(await jobTold(this.jobs, EXPORTS_QUEUE, exportId)) };
  }
}
