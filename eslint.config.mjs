import js from '@eslint/js';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

/** Who may import whom: arrows go one way. A test breaks each one on purpose. */
export const arrows = {
  core: [],
  casework: ['core'],
  access: ['core'],
  ledger: ['core', 'casework'],
  'event-store': ['core'],
  evidence: ['core', 'casework', 'ledger', 'event-store'],
  'read-models': ['core', 'access', 'casework', 'ledger', 'event-store'],
  reporting: ['core', 'access', 'casework', 'ledger', 'event-store', 'read-models'],
  intake: ['core', 'casework', 'ledger', 'event-store'],
  runtime: ['core', 'access', 'event-store'],
};

/** Apps stand alone, over libraries by name; these two put other apps together. */
export const composers = ['standalone', 'cli'];

const libraries = Object.keys(arrows);
const frameworks = '(?:@nestjs/|@fastify/|(?:class-validator|class-transformer|fastify|bullmq|ioredis)(?:/|$))';
const pure = { access: [], casework: ['decimal.js'], ledger: ['decimal.js'], core: ['decimal.js', 'currency-codes'] };
const checkers = ['@scure/base', '@noble/hashes', 'stdnum', 'ibantools'];

// Regular expressions throughout: a `group` is read like .gitignore, where a name that begins with # is a comment.
const byName = {
  regex: '(?:^|/)libs/|^#[a-z-]+/',
  message: 'Import a library by its name (#core): its index is its face.',
};
const sibling = { regex: `^(?:\\.\\./)+(?:${libraries.join('|')})/`, message: byName.message };
const anyApp = { regex: '(?:^|/)apps/', message: 'Nothing below imports an app.' };
const framework = { regex: `^${frameworks}`, message: 'Frameworks live in apps and libs/runtime.' };
const beyond = (name, allowed) => ({
  regex: `^#(?!(?:${allowed.join('|') || '-'})$)`,
  message: `libs/${name} may import ${allowed.join(', ') || 'no other library'}.`,
});
const impure = (name) => ({
  regex: `^(?!\\.{1,2}/|#|(?:${[...pure[name], ...checkers].join('|')})(?:/|$))`,
  message: `libs/${name} is pure.`,
});
const importing = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

const imports = Object.entries(arrows).flatMap(([name, allowed]) => {
  const always = [beyond(name, allowed), byName, sibling, anyApp];
  const more = name in pure ? [impure(name)] : name === 'runtime' ? [] : [framework];
  return [
    { files: [`libs/${name}/src/**/*.ts`], rules: importing(...always, ...more) },
    { files: [`libs/${name}/src/**/*.spec.ts`, `libs/${name}/src/testing.ts`], rules: importing(...always) },
  ];
});

const otherApp = {
  regex: '(?:^|/)apps/|^(?:\\.\\./){2,}[a-z-]+/src/',
  message: 'Only standalone and cli put apps together.',
};
const appImports = [
  { files: ['apps/**/*.ts'], rules: importing(byName, otherApp) },
  { files: composers.map((name) => `apps/${name}/**/*.ts`), rules: importing(byName) },
  { files: ['test/**/*.ts', 'bench/**/*.ts'], rules: importing(byName) },
];

/** A pure library asks no clock, no chance and no outside: all three are passed in. */
const purity = {
  files: Object.keys(pure).map((name) => `libs/${name}/src/**/*.ts`),
  ignores: ['**/*.spec.ts', '**/testing.ts'],
  rules: {
    'no-restricted-globals': ['error', 'process', 'fetch', 'crypto', 'performance', 'setTimeout', 'setInterval'],
    'no-restricted-properties': [
      'error',
      { object: 'Date', property: 'now', message: 'Time is passed in.' },
      { object: 'Math', property: 'random', message: 'Nothing is left to chance.' },
    ],
  },
};

const float = 'Money is exact: bigint minor units or Exact (decimal.js), never a binary float.';
const exact = (...selectors) => selectors.map((selector) => ({ selector, message: float }));

const floats = exact(
  "CallExpression[callee.name='parseFloat']",
  'CallExpression[callee.property.name=/^(toNumber|parseFloat|toPrecision)$/]',
  "MemberExpression[object.name='Math'][property.name=/^(round|floor|ceil|trunc)$/]",
  'Literal[raw=/^[0-9]*\\.[0-9]+$/]',
  "UnaryExpression[operator='+']",
  "BinaryExpression[operator!=/[=<>n]/] > CallExpression[callee.name='Number']",
  "AssignmentExpression[operator!='='] > CallExpression[callee.name='Number']",
);

/** Only Exact and bigint divide; `toFixed()` without places writes an Exact as it is. */
const divisions = exact(
  "BinaryExpression[operator='/']:not([right.bigint])",
  "AssignmentExpression[operator='/=']:not([right.bigint])",
  "CallExpression[callee.property.name='toFixed'][arguments.length>0]",
);

/** Where something else is divided on the path of money. */
export const dividing = [
  'libs/core/src/money.ts', // bigint by bigint
  'libs/casework/src/identifiers/addresses.ts', // bits to bytes
  'libs/read-models/src/changes.ts', // facts to the parts they are kept in
  'apps/api/src/http/observing.ts', // a time, to the tenth of a millisecond
];

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'data', 'coverage'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    plugins: { regexp },
    rules: { 'regexp/no-super-linear-backtracking': 'error', 'regexp/no-super-linear-move': 'error' },
  },
  { files: ['scripts/**', '*.mjs'], languageOptions: { globals: { console: 'readonly', process: 'readonly' } } },
  ...imports,
  ...appImports,
  purity,
  {
    files: [
      'libs/core/src/money.ts',
      'libs/casework/src/**/*.ts',
      'libs/ledger/src/**/*.ts',
      'libs/intake/src/**/*.ts',
      'libs/reporting/src/**/*.ts',
      'libs/read-models/src/**/*.ts',
      'apps/api/src/**/*.ts',
      'apps/reporter/src/**/*.ts',
    ],
    ignores: ['**/*.spec.ts', '**/testing.ts'],
    rules: { 'no-restricted-syntax': ['error', ...floats, ...divisions] },
  },
  { files: dividing, rules: { 'no-restricted-syntax': ['error', ...floats] } },
);
