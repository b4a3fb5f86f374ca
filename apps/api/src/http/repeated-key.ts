import { escapePointer } from './invalid.js';

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

interface Level {
  readonly pointer: string;
  /** The keys seen; absent in a list. */
  readonly keys?: Set<string>;
  index: number;
  key: string;
}

/** @returns the pointer of the first key that stands twice in one object of a well-formed JSON text. */
export const repeatedKey = (text: string): string | undefined => {
  const levels: Level[] = [];
  const here = (): string => {
    const level = levels.at(-1);
    return level ? `${level.pointer}/${level.keys ? escapePointer(level.key) : level.index}` : '';
  };
  let said = '';
  for (const [token] of text.matchAll(TOKENS)) {
    const level = levels.at(-1);
    if (token === '{') levels.push({ pointer: here(), keys: new Set(), index: 0, key: '' });
    else if (token === '[') levels.push({ pointer: here(), index: 0, key: '' });
    else if (token === '}' || token === ']') levels.pop();
    else if (token === ',' && level) level.index += 1;
    else if (token === ':' && level?.keys) {
      level.key = JSON.parse(said) as string;
      if (level.keys.has(level.key)) return here();
      level.keys.add(level.key);
    } else said = token;
  }
  return undefined;
};
