// The embedded database on a thread of its own: its commits wait for the disk here, not on the thread that answers.
import { Blob } from 'node:buffer';
import { closeSync, fdatasyncSync, fsyncSync, openSync, readdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

import { PGlite, types } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

import { statementsOn } from './statements.mjs';

/** The file system as it comes keeps nothing safe from a power cut: it has no fsync. This one does. */
class DurableNodeFS extends NodeFS {
  async init(pg, options) {
    const { emscriptenOpts } = await super.init(pg, options);
    const sync = (module) => {
      module.NODEFS.stream_ops.fsync = (stream) => {
        fdatasyncSync(stream.nfd);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), sync] } };
  }
}

const { folder, durable } = workerData;

const syncTree = (path) => {
  for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
    const descriptor = openSync(join(entry.parentPath, entry.name), 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
  }
};

const text = (value) => value;
const parsers = {
  [types.INT8]: text,
  [types.NUMERIC]: text,
  [types.DATE]: text,
  [types.JSON]: text,
  [types.JSONB]: text,
  [types.TIMESTAMPTZ]: text,
  [types.TIMESTAMP]: text,
};

/** As the driver of a server reads values where nothing else is asked: JSON as what it says. */
const asDriver = { ...parsers, [types.JSON]: JSON.parse, [types.JSONB]: JSON.parse };

/** What an index is sorted in when it is built. The memory of the database never shrinks: what is not taken once is never held. */
const SORTING = '4MB';

const open = async () => {
  if (!folder) return PGlite.create({ parsers });
  const startParams = PGlite.defaultStartParams
    .filter((param) => param !== '-F')
    .concat('-c', 'fsync=on', '-c', 'wal_sync_method=fsync', '-c', `maintenance_work_mem=${SORTING}`);
  const options = durable ? { fs: new DurableNodeFS(folder), startParams } : { dataDir: folder };
  const db = await PGlite.create({ ...options, parsers });
  if (durable) {
    await db.exec('checkpoint');
    syncTree(folder);
  }
  return db;
};

const failure = (error) => ({
  message: error.message,
  code: error.code,
  detail: error.detail,
  constraint: error.constraint,
});

const db = await open().catch((error) => {
  parentPort.postMessage({ id: 0, error: failure(error) });
  throw error;
});
parentPort.postMessage({ id: 0, rows: [] });
const query = statementsOn(db, parsers);
db.onNotification((channel, payload) => parentPort.postMessage({ notification: { channel, payload } }));

/** Without values it may be several statements, as a driver sends them. */
const asDriverWould = async (sql, values) => {
  const options = { parsers: asDriver };
  if (values !== undefined) return (await db.query(sql, values, options)).rows;
  return (await db.exec(sql, options)).at(-1)?.rows ?? [];
};

/** Of the disk, for what is under way: a database that finds no room for its write-ahead log dies of it. */
const RESERVE = 64 * 2 ** 20;
const LOOK_MS = 250;
let room = { enough: true, until: 0 };

const hasRoom = () => {
  if (!folder) return true;
  if (Date.now() < room.until) return room.enough;
  const { bavail, bsize } = statfsSync(folder);
  room = { enough: bavail * bsize > RESERVE, until: Date.now() + LOOK_MS };
  return room.enough;
};

/** Questions, and the ends of transactions, are let through on a full disk: what writes does not begin as they do. */
const needsRoom = ({ statements, script, close }) => {
  const text = statements?.[0]?.[0] ?? script;
  return !close && !(text !== undefined && /^\s*(select|commit|rollback)\b/i.test(text));
};

const assertRoom = (asked) => {
  if (!needsRoom(asked) || hasRoom()) return;
  throw Object.assign(new Error('the disk has no room to spare'), { code: '53100' });
};

const copyIn = (copy, lines) => db.query(copy, [], { blob: new Blob([lines]) });

const makeChange = async ({ copy, lines, text: sql, values, must }) => {
  if (copy) return void (await copyIn(copy, lines));
  const rows = await query(sql, values);
  if (must && rows.length === 0) throw Object.assign(new Error('nothing was changed'), { code: 'nothing-changed' });
};

const inTransaction = async (changes) => {
  await db.exec('begin');
  try {
    for (const change of changes) await makeChange(change);
    await db.exec('commit');
  } catch (error) {
    await db.exec('rollback');
    throw error;
  }
};

let last = Promise.resolve();
parentPort.on('message', ({ id, ...asked }) => {
  const { statements, copy, lines, changes, driver, script, close } = asked;
  last = last.then(async () => {
    try {
      assertRoom(asked);
      let rows = [];
      if (close) await db.close();
      else if (script !== undefined) await db.exec(script);
      else if (copy) await copyIn(copy, lines);
      else if (changes) await inTransaction(changes);
      else if (driver) rows = await asDriverWould(...driver);
      else for (const [sql, values] of statements) rows = await query(sql, values);
      parentPort.postMessage({ id, rows });
    } catch (error) {
      parentPort.postMessage({ id, error: failure(error) });
    }
  });
});
