// Loaded before an app under fault: the process dies at the step that TEST_FAILPOINT names, the nth time it comes there.
// It listens at the edges (the driver of a server, the thread of the embedded database and the database in it, files): the product
// knows nothing of it. Threads load it too.
import { Buffer } from 'node:buffer';
import fs from 'node:fs/promises';
import { writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setImmediate } from 'node:timers';
import { isMainThread, Worker } from 'node:worker_threads';

import pg from 'pg';

import { pointOf } from './points.mjs';

const { TEST_FAILPOINT: name, TEST_FAILPOINT_NTH: nth = '1' } = process.env;

const die = () => {
  writeSync(2, `\ndied at "${name}"\n`);
  process.kill(process.pid, 'SIGKILL');
};

const armed = () => {
  const { pattern, when } = pointOf(name);
  let left = Number(nth);
  const isHere = (text) => typeof text === 'string' && pattern.test(text) && --left === 0;

  /** Asks, and dies before, after asking, or when it is answered. */
  return (text, ask, hear) => {
    if (!isHere(text)) return ask();
    if (when === 'before') die();
    const answer = ask();
    // The database in the thread has answered what it was asked: there is no time between.
    if (when === 'sent' && isMainThread) setImmediate(die);
    else hear(answer, die);
    return answer;
  };
};

const heard = (answer, then) => answer.then(then, () => undefined);

const onServer = (step) => {
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (asked, ...more) {
    const text = typeof asked === 'string' ? asked : asked?.text;
    const callback = more.at(-1);
    if (typeof callback !== 'function') return step(text, () => query.call(this, asked, ...more), heard);
    let answered = () => undefined;
    const told = (error, ...rest) => {
      if (!error) answered();
      callback(error, ...rest);
    };
    const ask = () => query.call(this, asked, ...more.slice(0, -1), told);
    return step(text, ask, (_, then) => (answered = then));
  };
};

const onThread = (step) => {
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (told, ...more) {
    const text = told?.statements?.[0]?.[0] ?? told?.script ?? told?.copy ?? told?.driver?.[0];
    const heard = (_, then) => this.prependListener('message', ({ id }) => id === told.id && then());
    return step(text, () => postMessage.call(this, told, ...more), heard);
  };
};

const [PARSE, BIND] = ['P', 'B'];
const HEAD = 5;

/** The statement that is carried out by messages of the protocol, by the text under whose name it was prepared. */
const preparedBy = () => {
  const texts = new Map();
  return (bytes) => {
    const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const kind = String.fromCharCode(message[0]);
    const [first, second] = message.toString('utf8', HEAD).split('\0', 2);
    if (kind === PARSE) texts.set(first, second);
    return kind === BIND ? texts.get(second) : undefined;
  };
};

/** What changes the answers comes to the thread with one message: its steps are taken there. */
const inThread = async (step) => {
  const { PGlite } = await import('@electric-sql/pglite');
  const asked = { exec: (text) => text, query: (text) => text, execProtocolStream: preparedBy() };
  for (const [call, textOf] of Object.entries(asked)) {
    const before = PGlite.prototype[call];
    PGlite.prototype[call] = function (...told) {
      return step(textOf(...told), () => before.apply(this, told), heard);
    };
  }
};

const onFiles = async (step) => {
  for (const call of ['open', 'link', 'rm']) {
    const before = fs[call];
    fs[call] = (path, ...more) => step(`${call} ${path}`, () => before(path, ...more), heard);
  }
  const file = await fs.open(join(tmpdir(), `rastro-failpoint-${process.pid}`), 'w');
  const handle = Object.getPrototypeOf(file);
  await file.close();
  await fs.rm(join(tmpdir(), `rastro-failpoint-${process.pid}`));
  for (const call of ['writeFile', 'sync']) {
    const before = handle[call];
    handle[call] = function (...more) {
      return step(call, () => before.apply(this, more), heard);
    };
  }
  syncBuiltinESMExports();
};

if (name) {
  const step = armed();
  if (isMainThread) {
    onServer(step);
    onThread(step);
    await onFiles(step);
  } else await inThread(step);
}
