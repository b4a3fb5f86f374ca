/** A server holds streams of others, and its own. These are ours; whatever else stands in its log is passed over. */
const CATEGORIES = ['case', 'network', 'operation', 'rates', 'quarter', 'access', 'requests', 'exports'];

/** Of stream names; the server filters by the same words. */
export const OURS = `^(?:${CATEGORIES.join('|')})(?:-|$)`;
const ours = new RegExp(OURS);

export const isOurs = (stream: string): boolean => ours.test(stream);

/** An event in a stream that the log passes over would never be read again. */
export const assertOurs = (stream: string): void => {
  if (!isOurs(stream)) throw new RangeError(`${stream} is in no category of the log: name it in categories.ts`);
};
