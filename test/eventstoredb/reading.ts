import { type ServerWritableStream, status } from '@grpc/grpc-js';
import streams from '@eventstore/db-client/generated/streams_pb.js';

import type { Log, Standing } from './log.js';
import { callError, eventOf, notFound, streamNameOf } from './wire.js';

export type Reading = ServerWritableStream<streams.ReadReq, streams.ReadResp>;
type Options = streams.ReadReq.Options;
type Filter = (event: Standing) => boolean;

/** A filtered subscription tells now and then how far it has looked. */
const WINDOW = 32;

const filterOf = (options: Options): Filter => {
  const filter = options.getFilter();
  if (!filter) return () => true;
  const [expression, on] = filter.hasStreamIdentifier()
    ? [filter.getStreamIdentifier(), 'stream' as const]
    : [filter.getEventType(), 'type' as const];
  const prefixes = expression?.getPrefixList() ?? [];
  const regex = new RegExp(expression?.getRegex() || '(?!)');
  return (event) => prefixes.some((prefix) => event[on].startsWith(prefix)) || regex.test(event[on]);
};

interface Source {
  readonly events: () => readonly Standing[];
  /** Of the first event to be read forwards; whether one begins just there. */
  readonly index: number;
  readonly exact: boolean;
}

/** A position is where an event begins: any other one is an error, as it is to a server that reads its file there. */
const sourceOfAll = (log: Log, all: streams.ReadReq.Options.AllOptions): Source => {
  const events = (): readonly Standing[] => log.all;
  if (all.hasStart()) return { events, index: 0, exact: false };
  if (all.hasEnd()) return { events, index: log.all.length, exact: false };
  const position = Number(all.getPosition()?.getCommitPosition());
  const index = log.indexAt(position);
  if (log.all[index]?.position !== position) throw callError(status.UNKNOWN, `no record begins at ${position}`);
  return { events, index, exact: true };
};

const sourceOfStream = (log: Log, stream: streams.ReadReq.Options.StreamOptions): Source => {
  const name = streamNameOf(stream.getStreamIdentifier());
  const events = (): readonly Standing[] => log.eventsOf(name) ?? [];
  if (stream.hasStart()) return { events, index: 0, exact: false };
  if (stream.hasEnd()) return { events, index: events().length, exact: false };
  const revision = Number(stream.getRevision());
  const index = events().findIndex((event) => event.revision >= revision);
  return { events, index: index < 0 ? events().length : index, exact: events()[index]?.revision === revision };
};

const sourceOf = (log: Log, options: Options): Source => {
  const all = options.getAll();
  return all
    ? sourceOfAll(log, all)
    : sourceOfStream(log, options.getStream() as streams.ReadReq.Options.StreamOptions);
};

const chosen = (log: Log, options: Options): Standing[] => {
  const { events, index, exact } = sourceOf(log, options);
  const passes = filterOf(options);
  const most = Number(options.getCount());
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  // Backwards through all, a position is what ended the reading that came before: it is not read itself.
  const from = backwards ? index - (options.hasAll() || !exact ? 1 : 0) : index;
  const found: Standing[] = [];
  for (let n = from; n >= 0 && n < events().length && found.length < most; n += backwards ? -1 : 1) {
    const event = events()[n];
    if (event && passes(event)) found.push(event);
  }
  return found;
};

const drained = (call: Reading): Promise<void> => new Promise((resolve) => call.once('drain', resolve));

/** Answers a read of a stream or of all, either way. */
export const read = async (call: Reading, log: Log): Promise<void> => {
  const options = call.request.getOptions() as Options;
  const stream = options.hasStream() ? streamNameOf(options.getStream()?.getStreamIdentifier()) : undefined;
  if (stream !== undefined && !log.eventsOf(stream)) call.write(notFound(stream));
  else
    for (const event of chosen(log, options)) {
      if (call.cancelled) return;
      if (!call.write(eventOf(event))) await drained(call);
    }
  call.end();
};

const checkpointAt = (position: number): streams.ReadResp =>
  new streams.ReadResp().setCheckpoint(
    new streams.ReadResp.Checkpoint().setCommitPosition(`${position}`).setPreparePosition(`${position}`),
  );

/** Answers a subscription: what came after its position, then whatever comes, until it is cancelled. */
export const subscribe = async (call: Reading, log: Log): Promise<void> => {
  const options = call.request.getOptions() as Options;
  const { events, index, exact } = sourceOf(log, options);
  const passes = filterOf(options);
  let [next, isLive] = [exact ? index + 1 : index, false];
  let wake = (): void => undefined;
  const leave = log.onAppend(() => wake());
  call.on('cancelled', () => wake());
  call.write(
    new streams.ReadResp().setConfirmation(
      new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(crypto.randomUUID()),
    ),
  );
  while (!call.cancelled) {
    const event = events()[next];
    if (event) {
      next += 1;
      if (passes(event) && !call.write(eventOf(event))) await drained(call);
      if (options.hasFilter() && next % WINDOW === 0) call.write(checkpointAt(event.position));
    } else {
      if (!isLive) call.write(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));
      isLive = true;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  leave();
};
