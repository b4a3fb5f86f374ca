import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { Controller, Inject, Post, Req, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

import { importNeedsApproval } from '#access';
import { Refused } from '#core';
import { commandHashOf, Recorder } from '#event-store';
import { type Mapping, readMapping, type Recordable, recordableBy } from '#intake';
import {
  type Import,
  type ImportAsked,
  importOf,
  type ImportRefusal,
  importRefusals,
  IMPORTS_QUEUE,
  IMPORTS_STREAM,
  importsDecider,
  questionsNameOf,
  requestImport,
  stands,
} from '#reporting';
import { type Jobs, type JobTold, keep, type Kept, writeOnce } from '#runtime';

import { IsFor } from './access/acts.js';
import { Answer } from './answer.js';
import { foundOr404 } from './asking.js';
import { AskForImport } from './imports.bodies.js';
import { Invalid } from './http/invalid.js';
import { JOBS, jobTold } from './job-told.js';
import type { ProposalTold } from './access/proposal-told.js';
import { Proposing } from './access/proposing.js';
import { MOST_UPLOADED_BYTES, OCTETS } from './http/reading.js';
import { Looking } from './access/looking.js';
import type { Reader } from './access/reader.js';
import { Answering, By, Path, type PathIds, Records, TellsOf, type Told } from './told.js';

/** By which Nest hands over the folder of the registers that are to be taken in. */
export const IMPORTS_FOLDER = Symbol('imports');

export interface ImportTold extends Omit<Import, 'asked'> {
  readonly importId: string;
  readonly state: 'owed' | 'concluded' | 'refused';
  readonly asked: Import['asked'];
  /** Of one that is refused: what is to be done. */
  readonly toDo?: string;
  /** Where the questions are told, when rows raise some. */
  readonly questions?: string;
  readonly job?: JobTold;
}

/** Whether it is theirs: they asked for it, or it was asked for in their name at the machine. */
const isOf = ({ principal, actor }: Reader, { asked }: Import): boolean =>
  asked.askedBy
    ? asked.askedBy === principal.personId
    : asked.by.person === actor.person && asked.by.authority === actor.authority;

/** Beside a file, that it was theirs to send: its hash is told to others, and is no right to its rows. */
const sentBy = ({ principal }: Reader, sha256: string): string => `${sha256}-sent-by-${principal.personId}`;

/** Registers of somebody else: uploaded here, taken in by a reporter. */
@Controller('v1/imports')
export class ImportsController {
  constructor(
    @Inject(Recorder) private readonly recorder: Recorder,
    @Inject(IMPORTS_FOLDER) private readonly folder: string,
    @Inject(JOBS) private readonly jobs: Jobs | null,
    @Inject(Proposing) private readonly proposing: Proposing,
    @Inject(Looking) private readonly looking: Looking,
  ) {}

  @Post('files')
  @IsFor('import')
  @ApiOperation({ operationId: 'uploadFile', summary: 'Upload a register or a mapping, at most 64 MB' })
  @ApiConsumes(OCTETS)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 201, description: 'Kept under the hash of its bytes.', schema: { type: 'object' } })
  async upload(@Req() request: FastifyRequest, @By() reader: Reader): Promise<Kept> {
    if (request.headers['content-type'] !== OCTETS)
      throw new Invalid('media-type-unsupported', `Send the bytes with Content-Type: ${OCTETS}.`, [], 415);
    const kept = await keep(this.folder, request.body as Readable, MOST_UPLOADED_BYTES);
    await writeOnce(this.folder, sentBy(reader, kept.sha256), '');
    return kept;
  }

  @Records('', AskForImport, { name: 'askForImport', act: 'import', title: 'Have a register taken in', opens: true })
  async ask(
    @TellsOf(AskForImport) { caller, body }: Told<AskForImport>,
  ): Promise<Answer<ImportTold> | Answer<ProposalTold>> {
    const { actor, commandId, reader } = caller;
    const { personId: askedBy, scopes } = reader.principal;
    this.#assertTheirs(reader, body.file, '/file');
    const recordable = recordableBy(await this.#mapping(reader, body.mapping));
    const asked: ImportAsked = { ...body, by: actor, askedBy, ...(scopes ? { scopes } : {}) };
    if (importNeedsApproval(reader.fourEyes, recordable) && !(await this.#stands(asked)))
      return this.proposing.proposeImport(caller, { asked, records: typesOf(recordable) });
    const command = { actor, commandId, commandHash: commandHashOf({ ...body }), expected: 'any' as const };
    const { eventIds, repeated } = await this.recorder.record(
      IMPORTS_STREAM,
      importsDecider,
      [requestImport(asked)],
      command,
    );
    const told = await this.#told(reader, importOf(await this.#imports(), asked));
    const status = eventIds.length > 0 && !repeated ? 201 : 200;
    return new Answer(told, status, { location: `/v1/imports/${told.importId}` });
  }

  @Answering(':importId', 'getImport', 'import', 'How far an import is, and what it came to')
  async get(@Path() { importId = '' }: PathIds, @By() reader: Reader): Promise<ImportTold> {
    return this.#told(reader, (await this.#imports()).get(importId));
  }

  @Answering(':importId/questions', 'getImportQuestions', 'import', 'The rows that raise a question, as CSV')
  async questions(@Path() { importId = '' }: PathIds, @By() reader: Reader): Promise<StreamableFile> {
    const { concluded } = await this.get({ importId }, reader);
    const name = questionsNameOf(importId);
    const path = foundOr404(
      concluded && existsSync(join(this.folder, name)) ? join(this.folder, name) : undefined,
      'file',
    );
    await this.looking.disclosed(reader);
    const disposition = `attachment; filename="${name}"`;
    return new StreamableFile(createReadStream(path), { type: 'text/csv; charset=utf-8', disposition });
  }

  /** @throws Refused `file-unknown`. */
  #assertTheirs(reader: Reader, sha256: string, at: string): string {
    const sent = existsSync(join(this.folder, sentBy(reader, sha256)));
    if (sent) return join(this.folder, sha256);
    throw new Refused('file-unknown', 'You sent no such file: send it to /v1/imports/files first.', { sha256 }, at);
  }

  /** @throws Refused `file-unknown`, `mapping-malformed`. */
  async #mapping(reader: Reader, sha256: string): Promise<Mapping> {
    const at = '/mapping';
    const path = this.#assertTheirs(reader, sha256, at);
    return readMapping(path).catch((error: unknown) => {
      throw error instanceof Refused ? new Refused(error.code, error.message, error.detail, at) : error;
    });
  }

  async #imports(): Promise<ReadonlyMap<string, Import>> {
    return (await this.recorder.read(IMPORTS_STREAM, importsDecider)).state;
  }

  async #stands(asked: ImportAsked): Promise<boolean> {
    const known = importOf(await this.#imports(), asked);
    return known !== undefined && stands(known);
  }

  /** The rows of a register are for who had it taken in. For anybody else there is none. */
  async #told(reader: Reader, known: Import | undefined): Promise<ImportTold> {
    const { asked, concluded, refused } = foundOr404(known && isOf(reader, known) ? known : undefined, 'import');
    const { importId } = asked;
    const base = { importId, asked };
    if (refused) return { ...base, state: 'refused', refused, ...toDoAbout(refused.code) };
    if (!concluded) return { ...base, state: 'owed', ...(await jobTold(this.jobs, IMPORTS_QUEUE, importId)) };
    const questions = concluded.questioned > 0 ? { questions: `/v1/imports/${importId}/questions` } : {};
    return { ...base, state: 'concluded', concluded, ...questions };
  }
}

const toDoAbout = (code: string): { toDo?: string } =>
  Object.hasOwn(importRefusals, code) ? { toDo: importRefusals[code as ImportRefusal] } : {};

const typesOf = (recordable: readonly Recordable[]): string[] =>
  [...new Set(recordable.map(({ type }) => type))].sort();
