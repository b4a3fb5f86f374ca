// Compiles apps, libs and bench to dist with SWC. Types are checked by `npm run types`, not here.
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { transformFile } from '@swc/core';

const roots = ['apps', 'libs', 'bench'];
const isSource = (path) => path.endsWith('.ts') && !path.endsWith('.spec.ts') && !path.endsWith('.d.ts');

await rm('dist', { recursive: true, force: true });
for (const root of roots) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  await Promise.all(
    paths.map(async (path) => {
      const target = join('dist', path);
      await mkdir(dirname(target), { recursive: true });
      if (isSource(path)) await writeFile(target.replace(/\.ts$/, '.js'), (await transformFile(path)).code);
      else if (!path.endsWith('.ts')) await cp(path, target);
    }),
  );
}
