import type { Command } from 'commander';

import { EXIT, readSettings, type Settings } from '#runtime';

import { addressChecks } from './checks/addresses.js';
import { answersChecks } from './checks/answers.js';
import { type Check, examine, type Finding } from './checks/check.js';
import { databaseChecks, Opened } from './checks/database.js';
import { eventStoreChecks } from './checks/event-store.js';
import { machineChecks, nodeVersion, secretFiles } from './checks/machine.js';
import { redisChecks } from './checks/redis.js';
import { signInChecks } from './checks/sign-in.js';
import { say, sayJson } from './with-book.js';

type Given = Readonly<Record<string, string | undefined>>;

const always: Check = { name: 'node', look: () => nodeVersion(process.versions.node) };

/** Settings that cannot be read are a finding; then there is nothing else to look at but the machine. */
const settingsOf = async (env: Given): Promise<{ settings?: Settings; finding: Finding }> => {
  let settings: Settings | undefined;
  const look = () => {
    settings = readSettings(env);
    return secretFiles(env);
  };
  const [finding] = await examine([{ name: 'settings', look }]);
  return { finding: finding as Finding, ...(settings ? { settings } : {}) };
};

/** Looks at the machine, the engines and the book, and changes none of them. */
export const diagnose = async (env: Given): Promise<Finding[]> => {
  const { settings, finding } = await settingsOf(env);
  if (!settings) return [...(await examine([always])), finding];
  const opened = new Opened(settings);
  const checks = [
    ...machineChecks(settings),
    ...addressChecks(settings, env),
    ...signInChecks(settings),
    ...databaseChecks(opened),
    ...answersChecks(opened),
    ...redisChecks(settings),
    ...eventStoreChecks(settings, env['DEBUG']),
  ];
  const found = await examine([always, ...checks]);
  void opened.close();
  return [...found.slice(0, 1), finding, ...found.slice(1)];
};

/** A line a finding, and under what is not well what to do about it. */
const table = (findings: readonly Finding[]): string => {
  const width = Math.max(...findings.map(({ name }) => name.length));
  return findings
    .map(({ name, state, says, mend }) => {
      const line = `${state.padEnd(7)}  ${name.padEnd(width)}  ${says}`;
      return mend ? `${line}\n${' '.repeat(width + 11)}-> ${mend}` : line;
    })
    .join('\n');
};

const LINGER_MS = 3_000;

const doctor = async ({ json = false }: { json?: boolean }): Promise<void> => {
  const findings = await diagnose(process.env);
  if (json) sayJson(findings);
  else say(table(findings));
  if (findings.some(({ state }) => state === 'wrong')) process.exitCode = EXIT.failed;
  // What did not answer may still hold a connection open.
  setTimeout(() => process.exit(), LINGER_MS).unref();
};

export const addDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description('what is missing, wrong or unsafe on this machine and in the book, and what to do about it')
    .option('--json', 'for machines: a list of {name, state, says, mend}')
    .action(doctor);
};
