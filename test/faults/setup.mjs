import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import process from 'node:process';

/** The processes under fault run as they are shipped; the seed is told, so that one command replays the run. */
export default () => {
  execFileSync(process.execPath, ['scripts/build.mjs'], { env: { PATH: process.env.PATH } });
  process.env.RASTRO_FAULTS_SEED ??= String(randomInt(2 ** 31));
  process.env.RASTRO_FAULTS ??= 'full';
  const { RASTRO_FAULTS: dose, RASTRO_FAULTS_SEED: seed } = process.env;
  const again = `RASTRO_FAULTS=${dose} RASTRO_FAULTS_SEED=${seed} npm run test:faults`;
  process.stderr.write(`seed ${seed}, dose ${dose}; replayed by: ${again}\n`);
};
