import { createContext, Script } from 'node:vm';

import { Question } from './question.js';

/** A text longer than this is not searched: somebody looks at it. */
const LONGEST = 500;
const LIMIT_MS = 100;
/** On a busy machine what is quick may seem slow once. */
const TRIES = 3;

/** A letter for each character that is escaped, and for each class: what is left has a meaning of its own. */
const bareOf = (source: string): string => source.replace(/\\./g, 'x').replace(/\[[^\]]*\]?/g, 'x');

/**
 * What makes a pattern dangerous, in words; nothing when it is safe to run on somebody else's text. A repeated group that
 * itself repeats or branches can take for ever, as can a reference back.
 */
export const dangerIn = (source: string): string | undefined => {
  try {
    new RegExp(source, 'u');
  } catch (error) {
    return `is no regular expression: ${(error as Error).message}`;
  }
  const bare = bareOf(source);
  if (/\\[1-9]|\\k</.test(source)) return 'refers back to a group; write it without';
  const open: number[] = [];
  for (let index = 0; index < bare.length; index += 1) {
    if (bare[index] === '(') open.push(index);
    if (bare[index] !== ')') continue;
    const inside = bare.slice((open.pop() ?? 0) + 1, index).replace(/^\?(?:[:=!]|<[=!]?)/, '');
    if (/^[*+{]/.test(bare.slice(index + 1)) && /[*+{|]/.test(inside))
      return 'repeats a group that repeats or branches itself; that can take for ever';
  }
  return undefined;
};

const context = createContext(Object.create(null) as object);
const compiled = new Map<string, (text: string) => RegExpExecArray | null>();

/** With at most one place to choose another way, a search takes no more than the square of the text: it needs no watch. */
const isQuick = (source: string): boolean => {
  const bare = bareOf(source).replace(/\(\?(?::|<\w+>)/g, '(');
  return [...bare.replace(/\{\d+\}/g, '').matchAll(/[*+?{|]/g)].length <= 1;
};

const watched = (source: string): ((text: string) => RegExpExecArray | null) => {
  const script = new Script(`(new RegExp(${JSON.stringify(source)}, 'u')).exec(text)`);
  return (text) => {
    (context as { text?: string }).text = text;
    return script.runInContext(context, { timeout: LIMIT_MS }) as RegExpExecArray | null;
  };
};

const searchOf = (source: string): ((text: string) => RegExpExecArray | null) => {
  const known = compiled.get(source);
  if (known) return known;
  const quick = isQuick(source) ? new RegExp(source, 'u') : undefined;
  const made = quick ? (text: string) => quick.exec(text) : watched(source);
  compiled.set(source, made);
  return made;
};

/**
 * The named groups of the first match (empty when there are none), or nothing when there is no match.
 * @throws Question `text-too-long`, `pattern-too-slow` when it took 100 ms each time: whether there is one is not known then.
 */
export const groupsIn = (
  source: string,
  text: string,
  column: string,
): Readonly<Record<string, string>> | undefined => {
  if (text.length > LONGEST)
    throw new Question(column, 'text-too-long', `A pattern is looked for in ${LONGEST} characters at most.`);
  for (let tries = 1; ; tries += 1) {
    try {
      const match = searchOf(source)(text);
      return match ? { ...match.groups } : undefined;
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      if (tries === TRIES)
        throw new Question(column, 'pattern-too-slow', `Looking for a pattern took longer than ${LIMIT_MS} ms.`);
    }
  }
};
