import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';

interface Rules {
  readonly arrows: Readonly<Record<string, readonly string[]>>;
  readonly composers: readonly string[];
  readonly dividing: readonly string[];
}

// The rules are those of the lint run itself. Types are not needed to see an import or a literal.
const config = (await import('../../eslint.config.mjs' as string)) as Rules & { default: object[] };
const { arrows, composers, dividing } = config;
const untyped = config.default.map((part) => {
  const { rules = {}, languageOptions, ...rest } = part as { rules?: object; languageOptions?: object };
  const kept = Object.entries(rules).filter(([name]) => !name.startsWith('@typescript-eslint/'));
  const { parserOptions: _, ...options } = (languageOptions ?? {}) as { parserOptions?: object };
  return { ...rest, rules: Object.fromEntries(kept), ...(languageOptions ? { languageOptions: options } : {}) };
});

const libraries = Object.keys(arrows);
const apps = ['api', 'projector', 'reporter', 'dashboard', 'standalone', 'cli'];
let eslint: ESLint;

/** The rules that a text breaks, were it this file. */
const broken = async (filePath: string, text: string): Promise<string[]> => {
  const [result] = await eslint.lintText(text, { filePath });
  const rules = (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
  return [...new Set(rules)];
};
const importing = (filePath: string, name: string): Promise<string[]> => broken(filePath, `export * from '${name}';\n`);
const insideOf = (library: string): string => `libs/${library}/src/broken-on-purpose.ts`;

const BITTEN = ['no-restricted-imports'];

beforeAll(() => {
  eslint = new ESLint({ overrideConfigFile: true, baseConfig: untyped as ESLint.Options['baseConfig'] & object[] });
});

describe('arrows between libraries go one way', () => {
  const pairs = libraries.flatMap((from) => libraries.map((to) => [from, to, arrows[from]?.includes(to)] as const));

  it.each(pairs.filter(([, , allowed]) => !allowed))('%s may not import %s', async (from, to) =>
    expect(await importing(insideOf(from), `#${to}`)).toEqual(BITTEN),
  );

  it.each(pairs.filter(([, , allowed]) => allowed))('%s may import %s', async (from, to) =>
    expect(await importing(insideOf(from), `#${to}`)).toEqual([]),
  );

  it('hold no circle', () => {
    const reach = (from: string): string[] => (arrows[from] ?? []).flatMap((to) => [to, ...reach(to)]);
    expect(libraries.filter((name) => reach(name).includes(name))).toEqual([]);
  });
});

describe('a library', () => {
  it.each(libraries)('%s is imported by name, never by path or by a file in it', async (name) => {
    for (const outside of ['apps/api/src/x.ts', 'apps/cli/src/x.ts', 'test/x.spec.ts', 'bench/x.ts']) {
      expect(await importing(outside, `../../../libs/${name}/src/index.js`)).toEqual(BITTEN);
      expect(await importing(outside, `#${name}/store.js`)).toEqual(BITTEN);
      expect(await importing(outside, `#${name}`)).toEqual([]);
    }
    for (const other of libraries.filter((library) => library !== name)) {
      expect(await importing(insideOf(other), `../../../libs/${name}/src/index.js`)).toEqual(BITTEN);
      expect(await importing(insideOf(other), `../../${name}/src/index.js`)).toEqual(BITTEN);
      expect(await importing(insideOf(other), `#${name}/store.js`)).toEqual(BITTEN);
    }
  });

  it.each(libraries)('%s imports no app', async (name) => {
    for (const app of apps) expect(await importing(insideOf(name), `../../../apps/${app}/src/main.js`)).toEqual(BITTEN);
  });

  it.each(libraries.filter((name) => name !== 'runtime'))('%s knows no framework', async (name) => {
    for (const framework of ['@nestjs/common', '@nestjs/core', 'class-validator', 'class-transformer', 'fastify'])
      expect(await importing(insideOf(name), framework)).toContain('no-restricted-imports');
  });

  it.each(['core', 'access', 'casework', 'ledger'])('%s is pure: no I/O, no clock, no database', async (name) => {
    for (const impure of ['pg', '@electric-sql/pglite', 'node:fs', 'node:fs/promises', 'node:worker_threads', 'uuid'])
      expect(await importing(insideOf(name), impure)).toEqual(BITTEN);
    // Access weighs no money beyond whole cents.
    expect(await importing(insideOf(name), 'decimal.js')).toEqual(name === 'access' ? BITTEN : []);
    expect(await importing(insideOf(name), './day.js')).toEqual([]);
  });

  it.each(['core', 'access', 'casework', 'ledger'])('%s asks no clock, no chance and no outside', async (name) => {
    for (const code of ['Date.now()', 'Math.random()'])
      expect(await broken(insideOf(name), `export const now = ${code};\n`)).toEqual(['no-restricted-properties']);
    for (const code of ['process.env', 'fetch("/")', 'crypto.randomUUID()'])
      expect(await broken(insideOf(name), `export const now = ${code};\n`)).toContain('no-restricted-globals');
  });
});

describe('an app', () => {
  const alone = apps.filter((app) => !composers.includes(app));

  it.each(alone)('%s imports no other app', async (app) => {
    for (const other of apps.filter((name) => name !== app))
      expect(await importing(`apps/${app}/src/x.ts`, `../../${other}/src/main.js`)).toEqual(BITTEN);
  });

  it.each(composers)('%s may put others together', async (app) =>
    expect(await importing(`apps/${app}/src/x.ts`, '../../api/src/main.js')).toEqual([]),
  );
});

// The lint rule sees no `import()`; this does.
describe('the tree as it stands', () => {
  const sources = ['apps', 'libs', 'bench'].flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
      .map((path) => join(root, path)),
  );
  const imports = sources.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/(?:\bfrom|\bimport\(?|\brequire\()\s*'([^']+)'/g)].map(
      ([, name = '']) => ({ path, name }),
    ),
  );

  it('goes along the arrows only, import() included', () => {
    expect(imports.length).toBeGreaterThan(300);
    const wrong = imports.filter(({ path, name }) => {
      const library = /^libs\/([^/]+)\//.exec(path)?.[1];
      if (name.startsWith('#')) return !(library ? arrows[library] : libraries)?.includes(name.slice(1));
      return /(?:^|\/)libs\//.test(name) || (library !== undefined && /(?:^|\/)apps\//.test(name));
    });
    expect(wrong).toEqual([]);
  });
});

describe('money is never a binary float', () => {
  const libs = ['casework', 'ledger', 'intake', 'reporting', 'read-models'];
  const places = ['libs/core/src/money.ts', ...libs.map(insideOf), 'apps/api/src/x.ts', 'apps/reporter/src/x.ts'];
  const floats = [
    'parseFloat(text)',
    'Number.parseFloat(text)',
    'amount.toNumber()',
    'amount.toPrecision(3)',
    'Math.round(amount)',
    'Math.floor(amount)',
    '0.5',
    '.5',
    '+amount',
    '+text.amount',
    'Number(amount) * 3',
    '3 - Number(text.amount)',
    'Number(amount) ** 2',
    '(text.amount += Number(amount))',
  ];
  const divisions = ['amount / 3', 'amount / text', '(text.amount /= 3)', 'amount.toFixed(2)', 'Number(amount) / 7'];
  const told = (code: string): string => `export const wrong = (text, amount) => [text, amount, ${code}];\n`;

  it.each(places.flatMap((place) => floats.map((code) => [place, code] as const)))('%s: %s', async (place, code) =>
    expect(await broken(place, told(code))).toEqual(['no-restricted-syntax']),
  );

  it.each(places.filter((place) => !dividing.includes(place)))('%s divides in bigint and Exact only', async (place) => {
    for (const code of divisions) expect(await broken(place, told(code))).toEqual(['no-restricted-syntax']);
    expect(await broken(place, told('amount / 2n, (text.amount /= 2n), amount.div(3).toFixed()'))).toEqual([]);
  });

  it.each(dividing)('%s divides, by its name in the config, and that is all', async (place) => {
    expect(existsSync(place)).toBe(true);
    expect(await broken(place, told('amount / text'))).toEqual([]);
    for (const code of floats) expect(await broken(place, told(code))).toEqual(['no-restricted-syntax']);
  });

  it.each(places)('%s may count in bigint and Exact', async (place) =>
    expect(await broken(place, told('amount * 10_000n, text.length'))).toEqual([]),
  );
});

describe('a regular expression', () => {
  const places = ['libs/intake/src/broken-on-purpose.ts', 'apps/api/src/x.ts'];
  const tried = (place: string, expression: RegExp): Promise<string[]> =>
    broken(place, `export const found = (text) => ${String(expression)}.test(text);\n`);

  it.each([/=+$/, /%.*$/, /\[[^\]]*\]/g, /\d+ of \d+ rows/])(
    'is not looked for at each place anew: %s',
    async (expression) => {
      for (const place of places) expect(await tried(place, expression)).toEqual(['regexp/no-super-linear-move']);
    },
  );

  it.each([/^\s*#.*a.*b$/, /^esdb:\/\/a*a*$/, /,\s*(\w+\s*)+;/])(
    'does not part one text in many ways: %s',
    async (expression) => {
      for (const place of places)
        expect(await tried(place, expression)).toEqual(['regexp/no-super-linear-backtracking']);
    },
  );

  it.each([/^ab[x-z]\d*$/, /(?:^|,)\s*\w+/])('may cost as much as its text is long: %s', async (expression) => {
    for (const place of places) expect(await tried(place, expression)).toEqual([]);
  });
});

describe('docs/dependencies.md', () => {
  it('argues for each package in a line, in the version that is installed', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      string,
      object
    >;
    const rows = readFileSync('docs/dependencies.md', 'utf8').matchAll(
      /^\| `([^`]+)`\s*\| ([\d.]+), \d{4}-\d\d-\d\d\s*\|/gm,
    );
    expect(Object.fromEntries([...rows].map(([, name, version]) => [name, version]))).toEqual({
      ...dependencies,
      ...devDependencies,
    });
  });
});
