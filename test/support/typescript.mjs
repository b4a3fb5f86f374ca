// Lets a process of a test run the sources as they are: `node --import ./test/support/typescript.mjs some.ts`.
import { register } from 'node:module';
import { fileURLToPath, URL } from 'node:url';
import { isMainThread } from 'node:worker_threads';

import { transformFile } from '@swc/core';

if (isMainThread) register(import.meta.url);

const library = (name) => new URL(`../../libs/${name}/src/index.ts`, import.meta.url).href;

export const resolve = async (specifier, context, next) => {
  const ours = /^#([a-z-]+)$/.exec(specifier)?.[1];
  if (ours) return next(library(ours), context);
  const written = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
  return next(written ? specifier.replace(/\.js$/, '.ts') : specifier, context);
};

export const load = async (url, context, next) => {
  if (!url.endsWith('.ts')) return next(url, context);
  const { code } = await transformFile(fileURLToPath(url));
  return { format: 'module', source: code, shortCircuit: true };
};
