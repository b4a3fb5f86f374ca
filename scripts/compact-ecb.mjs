// Makes libs/intake/data/ecb-rates.csv.gz from the ECB's eurofxref-hist.csv: `node scripts/compact-ecb.mjs FILE`.
// Oldest day first, what is not available left empty; nothing else is changed.
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const [header, ...days] = readFileSync(process.argv[2], 'utf8')
  .trim()
  .split(/\r?\n/)
  .map((line) => line.replace(/,$/, ''));
const compact = [header, ...days.reverse().map((line) => line.replaceAll('N/A', ''))];
writeFileSync('libs/intake/data/ecb-rates.csv.gz', gzipSync(`${compact.join('\n')}\n`, { level: 9 }));
