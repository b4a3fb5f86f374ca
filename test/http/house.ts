import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Jobs, openJobs, openLog, workOff } from '#runtime';

import { rebuildsWork } from '../../apps/projector/src/rebuilds.js';
import { worksOf } from '../../apps/reporter/src/report.js';
import type { Reporting } from '../../apps/reporter/src/reporting.js';
import { Book } from '../support/book.js';
import { PACE_OF_TESTS as pace } from '../support/pace.js';
import { Service } from './service.js';

/** A book, its API, and reporters over it: as they stand in one process, with queues of their own. */
export class House {
  readonly #root = mkdtempSync(join(tmpdir(), 'rastro-house-'));
  readonly exports = join(this.#root, 'exports');
  readonly imports = join(this.#root, 'imports');
  readonly #end = new AbortController();
  readonly #working: Promise<void>[] = [];
  readonly #jobs: Jobs[] = [];
  #book: Book | undefined;
  service!: Service;
  /** What the reporters take for now. */
  now = (): Date => new Date();

  async open(redisUrl?: string): Promise<Jobs> {
    mkdirSync(this.exports, { recursive: true });
    this.#book ??= await Book.open();
    const jobs = await openJobs({ database: this.#book.db, pace, ...(redisUrl ? { redisUrl } : {}) });
    this.service ??= await Service.start(this.exports, this.#book, { jobs });
    this.#jobs.push(jobs);
    return jobs;
  }

  parts(jobs: Jobs): Reporting {
    const { readModels, recorder, known, access } = this.service.book;
    const { exports, imports } = this;
    const now = (): Date => this.now();
    return {
      readModels,
      recorder,
      known,
      access,
      jobs,
      exports,
      imports,
      log: openLog('test', 'fatal'),
      sweepMs: 200,
      now,
    };
  }

  report(jobs: Jobs): void {
    const parts = { ...this.parts(jobs), store: this.service.book.store };
    this.#working.push(workOff([...worksOf(parts), rebuildsWork(parts)], parts, this.#end.signal));
  }

  async close(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#working);
    await Promise.all(this.#jobs.map((jobs) => jobs.close()));
    await this.service.stop();
    rmSync(this.#root, { recursive: true });
  }
}
