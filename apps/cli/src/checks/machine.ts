import { constants, existsSync, readdirSync, statSync } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Settings } from '#runtime';

import { type Check, type Found, ok, warning, together, wrong } from './check.js';

const [LEAST_MAJOR, LEAST_MINOR] = [20, 19] as const;

/** @param version as `process.versions.node` has it */
export const nodeVersion = (version: string): Found => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > LEAST_MAJOR || (major === LEAST_MAJOR && minor >= LEAST_MINOR)) return ok(`Node ${version}`);
  return wrong(`Node ${version} is too old`, `Install Node ${LEAST_MAJOR}.${LEAST_MINOR} or newer.`);
};

/** The folder itself, or the nearest one above it that is there: where it would be made. */
const standing = (folder: string): string => (existsSync(folder) ? folder : standing(dirname(folder)));

const OTHERS = 0o077;
/** What a book keeps in its folder. */
const OF_A_BOOK = new Set(['database', 'exports', 'imports', 'INVENTED-DATA', 'rastro.lock']);

/** Whether the folder is one of a book, or empty: then nobody else has anything to seek in it. */
const isForBook = (folder: string): boolean =>
  existsSync(join(folder, 'database', 'global')) || readdirSync(folder).every((name) => OF_A_BOOK.has(name));

const ANOTHER = 'Set RASTRO_DATA to a folder that holds nothing but the book.';

/** @param uid the account that asks */
export const dataFolder = (folder: string, uid = process.getuid?.()): Found => {
  if (!existsSync(folder)) return ok(`${folder} is not there yet`);
  const stats = statSync(folder);
  if (!stats.isDirectory()) return wrong(`${folder} is no folder`, ANOTHER);
  if ((stats.mode & OTHERS) === 0) return ok(`${folder} is open to its owner only`);
  const says = `other accounts of this machine may enter ${folder}`;
  if (uid !== undefined && stats.uid !== uid) return warning(`${says}, which belongs to another account`, ANOTHER);
  return warning(says, isForBook(folder) ? `Run: chmod 700 ${folder}` : ANOTHER);
};

const MB = 1_000_000;
const [LITTLE_MB, TOO_LITTLE_MB] = [2_000, 200] as const;

/** @param free megabytes that are left */
export const spaceLeft = (free: number, folder: string): Found => {
  const says = `${Math.floor(free)} MB free in ${folder}`;
  const mend = 'Give the disk more room: when it is full nothing is recorded any more.';
  if (free < TOO_LITTLE_MB) return wrong(says, mend);
  return free < LITTLE_MB ? warning(says, mend) : ok(says);
};

const disk = async (folder: string): Promise<Found> => {
  const { bavail, bsize } = await statfs(standing(folder));
  return spaceLeft((bavail * bsize) / MB, folder);
};

const exportsFolder = async (folder: string): Promise<Found> => {
  const place = standing(folder);
  const mend = `Let the account that runs Rastro write into ${place}, or set RASTRO_EXPORTS.`;
  if (!statSync(place).isDirectory()) return wrong(`${place} is no folder`, mend);
  return access(place, constants.W_OK | constants.X_OK).then(
    () => ok(place === folder ? `${folder} can be written` : `${folder} is made when the first file is written`),
    () => wrong(`${place} cannot be written`, mend),
  );
};

const EVERYBODY = 0o004;

/** Files that hold addresses with passwords. @param uid the account that asks */
export const secretFiles = (env: Readonly<Record<string, string | undefined>>, uid = process.getuid?.()): Found => {
  const files = ['DATABASE_URL_FILE', 'REDIS_URL_FILE', 'EVENTSTORE_URL_FILE'].flatMap((name) => env[name] || []);
  const open = files
    .map((file) => ({ file, stats: statSync(file) }))
    .filter(({ stats }) => (stats.mode & EVERYBODY) !== 0);
  const found = open.map(({ file, stats }) => {
    const isOurs = uid === undefined || stats.uid === uid;
    // Closed to all but its owner, a file of another account would be closed to Rastro.
    const mend = isOurs
      ? `Run: chmod 600 ${file}`
      : `Give ${file} to the account that runs Rastro, and let that one alone read it (chmod 600).`;
    return warning(`every account of this machine can read ${file}`, mend);
  });
  return together(found, ok('the settings can be read'));
};

export const machineChecks = (settings: Settings): Check[] => [
  { name: 'data folder', look: () => dataFolder(settings.data) },
  { name: 'disk space', look: () => disk(settings.data) },
  { name: 'exports', look: () => exportsFolder(settings.exports) },
];
