import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = process.env['RASTRO_SHARED'] ?? resolve('../shared/data');

/** Where a real file lies, and whether it does: tests that need it are skipped by this name when it does not. */
export const realFile = (...path: string[]): { path: string; present: boolean; why: string } => {
  const file = join(root, ...path);
  return { path: file, present: existsSync(file), why: `(skipped: ${join(...path)} is not here)` };
};
