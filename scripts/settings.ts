// Prints the table of settings from their schema: `npm run docs` writes it to docs/settings.md (--write), a test checks it.
import { writeFileSync } from 'node:fs';

import { settingsTable } from '#runtime';

const page = `# Settings

<!-- Printed from libs/runtime/src/settings.ts by \`npm run docs\`. Change the schema, then print it again. -->

Read once at the start of each process. A \`RASTRO_\` name that is not here is refused: it is a typing mistake. An address with a
password comes better as a file: \`DATABASE_URL_FILE\` names a file that holds what \`DATABASE_URL\` would.

${settingsTable()}
`;

if (process.argv.includes('--write')) writeFileSync('docs/settings.md', page);
else process.stdout.write(page);
