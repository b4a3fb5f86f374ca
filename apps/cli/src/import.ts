import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { type Command, Option } from 'commander';

import { rateSources, type RateSource } from '#casework';
import { type Actor, commandHashOf } from '#event-store';
import { importFile, ratesFromEcb, ratesFromTrm, readMapping, recordRates } from '#intake';
import { casesOfAssets } from '#read-models';
import { importIdOf, IMPORTS_STREAM, importsDecider, requestImport } from '#reporting';
import { keepFile, readSettings } from '#runtime';

import type { Book } from '../../standalone/src/book.js';
import { actorOption } from './options.js';
import { progressOf } from './progress.js';
import { sayJson, withBook, withBookToTry } from './with-book.js';

interface ImportOptions {
  readonly mapping: string;
  readonly actor: Actor;
  readonly questions?: string;
  readonly dryRun?: boolean;
  readonly queue?: boolean;
}

/** Ctrl-C stops between rows: what was recorded stands, and importing again goes on from there. */
const untilInterrupted = (): { signal: AbortSignal; forget: () => void } => {
  const end = new AbortController();
  const stop = (): void => end.abort();
  process.once('SIGINT', stop);
  return { signal: end.signal, forget: () => process.off('SIGINT', stop) };
};

const importInto = async (book: Book, file: string, options: ImportOptions): Promise<void> => {
  const mapping = await readMapping(options.mapping);
  const progress = progressOf('rows');
  const { signal, forget } = untilInterrupted();
  try {
    const outcome = await importFile({
      file,
      mapping,
      mappingFile: options.mapping,
      recorder: book.recorder,
      actor: options.actor,
      known: book.known,
      lookup: (ids) => casesOfAssets(book.readModels, ids),
      ...(options.questions === undefined ? {} : { questionsTo: options.questions }),
      dryRun: options.dryRun ?? false,
      onProgress: progress.onProgress,
      signal,
    });
    await book.readModels.catchUp();
    progress.stop();
    sayJson(outcome);
    if (options.dryRun) process.stderr.write('Nothing was recorded: told is what an import would record.\n');
    if (outcome.questioned > 0 && options.questions === undefined)
      process.stderr.write(`${outcome.questioned} rows raise questions: --questions FILE writes them down.\n`);
  } finally {
    progress.stop();
    forget();
  }
};

/** The answers follow while the rows are taken in: the next are decided meanwhile. */
const FOLLOWING = { hurry: true, create: 'where-empty' } as const;

const importRegister = (file: string, options: ImportOptions): Promise<void> => {
  const work = (book: Book): Promise<void> => importInto(book, file, options);
  return options.dryRun ? withBookToTry(work) : withBook(work, FOLLOWING);
};

/** Keeps register and mapping where the reporters find them, and records that they are to be taken in. */
const queueImport = async (file: string, { mapping, actor }: ImportOptions): Promise<void> => {
  await readMapping(mapping);
  const { imports } = readSettings(process.env);
  const [register, by] = [await keepFile(imports, file), await keepFile(imports, mapping)];
  const asked = { file: register.sha256, mapping: by.sha256, name: basename(file), by: actor };
  await withBook(async ({ recorder }) => {
    const importId = importIdOf(asked);
    const command = {
      actor,
      commandId: `import-${importId}`,
      commandHash: commandHashOf(asked),
      expected: 'any' as const,
    };
    const { eventIds } = await recorder.record(IMPORTS_STREAM, importsDecider, [requestImport(asked)], command);
    sayJson({ importId, asked: eventIds.length > 0 ? 'now' : 'before' });
  });
};

const importRates = (file: string, { source, actor }: { source: RateSource; actor: Actor }): Promise<void> =>
  withBook(
    async (book) => {
      const text = await readFile(file, 'utf8');
      const published = source === 'ECB' ? ratesFromEcb(text) : ratesFromTrm(text);
      const commandHash = commandHashOf({ source, text });
      const command = { actor, commandId: `rates-${commandHash}`, commandHash, expected: 'any' as const };
      const { length: recorded } = await recordRates(book.recorder, source, published, command);
      await book.readModels.catchUp();
      sayJson({ source, published: published.length, recorded, alreadyRecorded: published.length - recorded });
    },
    { create: 'where-empty' },
  );

const WHOSE = `
It records whatever the register says, in cases of every jurisdiction, with the actor you name as author and no
second person. Over the API, POST /v1/imports obeys who may do what: docs/access.md.
`;

export const addImports = (program: Command): void => {
  program
    .command('import')
    .description('take in a register of somebody else, by a mapping file, as an operator at the database')
    .addHelpText('after', WHOSE)
    .argument('<file>', 'the register, a delimited file')
    .requiredOption('--mapping <yaml>', 'how its rows become facts')
    .option('--questions <file>', 'where the rows go that raise a question')
    .option('--dry-run', 'decide, and record nothing')
    .addOption(
      new Option('--queue', 'leave it to the reporters: `rastro jobs` tells how far they are').conflicts([
        'dryRun',
        'questions',
      ]),
    )
    .addOption(actorOption())
    .action((file: string, options: ImportOptions) => (options.queue ? queueImport : importRegister)(file, options));
  program
    .command('rates')
    .description('take in published exchange rates')
    .argument('<file>', 'eurofxref-hist.csv of the ECB, or the Colombian TRM file')
    .addOption(new Option('--source <source>', 'who published them').choices([...rateSources]).makeOptionMandatory())
    .addOption(actorOption())
    .action(importRates);
};
