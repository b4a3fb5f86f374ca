import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

import { openBookOn } from '../apps/api/src/book.js';
import { serve } from '../apps/api/src/serve.js';
import type { Engine } from './main.js';
import { print, quantile, round, secondsOf } from './measure.js';

const headers = {
  'content-type': 'application/json',
  'if-match': '*',
  'rastro-actor': 'person=bench; authority=Bench; jurisdiction=ES',
};

const load = async (plan: object): Promise<{ seconds: number; latencies: number[] }> => {
  const child = spawn(process.execPath, [new URL('./load.js', import.meta.url).pathname, JSON.stringify(plan)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return JSON.parse(text) as { seconds: number; latencies: number[] };
};

const post = async (url: string, body: object): Promise<void> => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'idempotency-key': randomUUID() },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
};

/** One valid fact over HTTP, durable, beside single durable inserts into the same database in the same run. */
export const recording = async (engine: Engine): Promise<void> => {
  const { db, drop } = await engine.open();
  const book = await openBookOn(db, {});
  const serving = await serve(book, { host: '127.0.0.1', port: 0 });
  const port = Number(new URL(serving.address).port);
  const assets = Array.from({ length: 64 }, () => ({ caseId: randomUUID(), assetId: randomUUID() }));
  for (const { caseId, assetId } of assets) {
    await post(`${serving.address}/v1/cases`, {
      caseId,
      reference: caseId,
      title: 'Bench',
      authority: 'Bench',
      jurisdiction: 'ES',
      openedOn: '2024-01-01',
    });
    const asset = {
      assetId,
      category: 'vehicle',
      description: 'Bench',
      identifiers: [],
      identifiedOn: '2024-01-02',
      jurisdiction: 'ES',
    };
    await post(`${serving.address}/v1/cases/${caseId}/assets`, asset);
  }
  const paths = assets.map(({ caseId }) => `/v1/cases/${caseId}/assets`);
  const fact = {
    category: 'vehicle',
    description: 'Vehicle {n}',
    identifiers: [],
    identifiedOn: '2024-02-01',
    jurisdiction: 'ES',
    note: 'x'.repeat(400),
  };
  const bodies = [JSON.stringify(fact)];
  await db.execute('create table bare (n int primary key, body json not null)');
  let row = 0;
  for (const [clients, requests, required] of [
    [64, 10_000, '>= 2'],
    [1, 1_500, '>= 0.4'],
  ] as const) {
    const count = engine.short ? 50 : requests;
    const bare = await secondsOf(async () => {
      const body = JSON.stringify({ text: 'x'.repeat(900) });
      for (let n = 0; n < (engine.short ? 50 : 1_000); n += 1)
        await db.query('insert into bare values ($1, $2)', [row++, body]);
    });
    const bareRate = (engine.short ? 50 : 1_000) / bare;
    const { seconds, latencies } = await load({
      port,
      clients,
      requests: count,
      method: 'POST',
      paths,
      bodies,
      run: randomUUID(),
    });
    print({
      what: `record one fact over HTTP, ${clients} clients`, engine: engine.name, measured: round(count / seconds, 0), unit: 'facts/s',
      yardstick: { what: 'single-row durable inserts', measured: round(bareRate, 0) }, ratio: round(count / seconds / bareRate), required,
    }); // prettier-ignore
    print({
      what: `p99 of recording, ${clients} clients`,
      engine: engine.name,
      measured: round(quantile(latencies, 0.99)),
      unit: 'ms',
    });
  }
  await serving.stop();
  await book.close();
  await drop();
};
