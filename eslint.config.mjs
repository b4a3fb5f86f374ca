import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Who may import whom: arrows go one way. A test breaks each one on purpose. */
export const arrows = {
  core: [],
  casework: ['core'],
  ledger: ['core', 'casework'],
  'event-store': ['core'],
  evidence: ['core', 'casework', 'ledger', 'event-store'],
  'read-models': ['core', 'casework', 'ledger', 'event-store'],
  reporting: ['core', 'casework', 'ledger', 'event-store', 'read-models'],
  intake: ['core', 'casework', 'ledger', 'event-store'],
  runtime: ['core', 'event-store'],
};

const libraries = Object.keys(arrows);
const forbidden = (allowed) => libraries.filter((name) => !allowed.includes(name)).map((name) => `#${name}`);
const frameworks = ['@nestjs/*', 'class-validator', 'class-transformer', 'fastify', 'bullmq', 'ioredis'];
const outside = { casework: ['decimal.js'], ledger: ['decimal.js'], core: ['decimal.js', 'currency-codes'] };

const imports = Object.entries(arrows).map(([name, allowed]) => ({
  files: [`libs/${name}/src/**/*.ts`],
  ignores: ['**/*.spec.ts', '**/testing.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: forbidden(allowed),
            message: `libs/${name} may import ${allowed.join(', ') || 'no other library'}.`,
          },
          { group: ['**/apps/**', '**/libs/**'], message: 'Import a library by its name (#core), and never an app.' },
          ...(name === 'runtime' ? [] : [{ group: frameworks, message: 'Frameworks live in apps and libs/runtime.' }]),
          ...(name in outside
            ? [
                {
                  regex: `^(?!\\.{0,2}/|#|node:|(?:${outside[name].join('|')}|@scure/base|@noble/hashes|stdnum|ibantools)(?:/|$))`,
                  message: `libs/${name} is pure.`,
                },
              ]
            : []),
        ],
      },
    ],
  },
}));

const float = 'Money is exact: bigint minor units or Exact (decimal.js), never a binary float.';

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
  { files: ['scripts/**', '*.mjs'], languageOptions: { globals: { console: 'readonly', process: 'readonly' } } },
  ...imports,
  {
    files: [
      'libs/core/src/money.ts',
      'libs/ledger/src/**/*.ts',
      'libs/reporting/src/**/*.ts',
      'libs/read-models/src/**/*.ts',
    ],
    ignores: ['**/*.spec.ts', '**/testing.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "CallExpression[callee.name='parseFloat']", message: float },
        { selector: 'CallExpression[callee.property.name=/^(toNumber|parseFloat|toPrecision)$/]', message: float },
        {
          selector: "MemberExpression[object.name='Math'][property.name=/^(round|floor|ceil|trunc)$/]",
          message: float,
        },
        { selector: 'Literal[raw=/^[0-9]*\\.[0-9]+$/]', message: float },
      ],
    },
  },
);
