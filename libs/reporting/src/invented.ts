import type { Format } from './export.js';

/** The same file, saying of itself that all in it is invented: a first line of a CSV, a first field of a JSON. */
export const asInvented = (file: string, format: Format): string =>
  format === 'json' ? file.replace('{', '{\n  "data": "invented",') : `# All data in this file is invented.\r\n${file}`;
