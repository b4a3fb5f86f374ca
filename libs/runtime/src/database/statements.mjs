// Statements of the embedded database, prepared once by their text: asked again, one message instead of six, and no second plan.
import { protocol } from '@electric-sql/pglite';

const { serialize } = protocol;

/** So many are kept; the one not asked for the longest is let go. */
const MOST = 500;
/** A plan that was made before a table changed its columns. */
const STALE_PLAN = '0A000';

const together = (...messages) => {
  const whole = new Uint8Array(messages.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const message of messages) {
    whole.set(message, at);
    at += message.length;
  }
  return whole;
};

/** @returns `query(text, values)`: rows as objects, read by `parsers`. Nothing else may come between its messages. */
export const statementsOn = (db, parsers) => {
  const known = new Map();
  let made = 0;

  const send = (...messages) =>
    db.runExclusive(() => db.execProtocolStream(together(...messages, serialize.sync()), { syncToFs: false }));

  const prepare = async (text) => {
    const name = `s${made++}`;
    const told = await send(serialize.parse({ name, text }), serialize.describe({ type: 'S', name }));
    const parameters = told.find((message) => message.name === 'parameterDescription')?.dataTypeIDs ?? [];
    const fields = told.find((message) => message.name === 'rowDescription')?.fields ?? [];
    return {
      name,
      writers: parameters.map((type) => db.serializers[type] ?? String),
      fields: fields.map(({ name: field, dataTypeID }) => [
        field,
        parsers[dataTypeID] ?? db.parsers[dataTypeID] ?? String,
      ]),
    };
  };

  const letGo = async () => {
    const [text, { name }] = known.entries().next().value;
    known.delete(text);
    await send(serialize.close({ type: 'S', name }));
  };

  const statementOf = async (text) => {
    const statement = known.get(text) ?? (await prepare(text));
    known.delete(text);
    known.set(text, statement);
    if (known.size > MOST) await letGo();
    return statement;
  };

  const rowOf = (fields, cells) => {
    const row = {};
    fields.forEach(([name, read], index) => (row[name] = cells[index] === null ? null : read(cells[index])));
    return row;
  };

  const ask = async (text, values) => {
    const { name, writers, fields } = await statementOf(text);
    const written = values.map((value, index) => (value == null ? null : writers[index](value)));
    const told = await send(serialize.bind({ statement: name, values: written }), serialize.execute({}));
    return told.filter((message) => message.name === 'dataRow').map((message) => rowOf(fields, message.fields));
  };

  return async (text, values) => {
    try {
      return await ask(text, values);
    } catch (error) {
      if (error.code !== STALE_PLAN || !known.delete(text)) throw error;
      return ask(text, values);
    }
  };
};
