import { readdirSync, readFileSync } from 'node:fs';
import { Script } from 'node:vm';

import ts from 'typescript';

/** A regular expression as it is written, and where. */
export interface Written {
  readonly where: string;
  readonly expression: RegExp;
}

const literalsIn = (path: string): Written[] => {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const found: Written[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      const expression = new RegExp(node.text.slice(1, end), node.text.slice(end + 1));
      found.push({ where: `${path}:${line + 1} ${node.text}`, expression });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
};

/** Every literal of the program below these folders, tests apart. */
export const literalsBelow = (...folders: readonly string[]): Written[] =>
  folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
    .sort()
    .flatMap(literalsIn);

const TOKEN = /\\[pP]\{[^}]+\}|\\[^]|\[(?:\\[^]|[^\]\\])+\]|\(\?(?:<?[=!]|:|<\w+>)|\{\d+(?:,\d*)?\}|[^]/gu;
const NO_CHARACTERS = /^(?:\(\?.*|\{\d.*|[()|*+?^$]|\\[bB])$/u;
const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', 0: '\0', d: '0', w: 'a', s: ' ' };
const ORDINARY = [...'a0A -_/.,;:=%@"\'\n', 'é', 'ß', '١'];

const escaped = (token: string): string => {
  const [, kind = ''] = token;
  return ESCAPED[kind] ?? (/[a-z0-9]/i.test(kind) ? '' : kind);
};

/** Characters of a class: those that are written in it, and of ordinary ones the first that it takes. */
const membersOf = (token: string): string[] => {
  const takes = new RegExp(`^${token}$`, 'u');
  const said = [...(token.startsWith('[') ? token : '')];
  return [...said.filter((one) => takes.test(one)).slice(0, 4), ...ORDINARY.filter((one) => takes.test(one)).slice(0, 2)]; // prettier-ignore
};

const charactersOf = (token: string): string[] => {
  if (NO_CHARACTERS.test(token)) return [];
  if (token === '.') return ['a'];
  if (/^\[|^\\[pPdDwWsS]/.test(token)) return membersOf(token);
  return [token.startsWith('\\') ? escaped(token) : token].filter((one) => one !== '');
};

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];
const ENDS = ['\n!', '\0'];
/** So many beginnings, and characters in pairs. */
const [BEGINNINGS, PAIRED] = [8, 6];

/** Makers of a text of so many characters. */
export type Attack = (length: number) => string;

/**
 * What an expression is made of, repeated, and then an end that it does not take: each of its characters, two of them, all of
 * them; after nothing, and after what leads into it.
 */
export const attacksOn = ({ source }: RegExp): Attack[] => {
  const characters = (source.match(TOKEN) ?? []).map(charactersOf).filter(({ length }) => length > 0);
  const led = characters.map((_, index) => characters.slice(0, index).map(([first]) => first).join('')); // prettier-ignore
  const alphabet = distinct(characters.flat());
  const paired = alphabet.slice(0, PAIRED);
  const pairs = paired.flatMap((a) => paired.flatMap((b) => (a === b ? [] : [a + b])));
  const beginnings = distinct(['', ...led]).slice(0, BEGINNINGS);
  const repeated = distinct([...alphabet, characters.map(([first]) => first).join('')]).filter((one) => one !== '');
  const made = [
    ...beginnings.flatMap((begin) => repeated.map((one) => [begin, one] as const)),
    ...pairs.map((pair) => ['', pair] as const),
  ];
  return made.flatMap(([begin, one]) =>
    ENDS.map((end) => (length: number) => begin + one.repeat(Math.ceil(length / one.length)) + end),
  );
};

/** Computing time of this process, in milliseconds. */
const costOf = (expression: RegExp, text: string): number => {
  const before = process.cpuUsage();
  text.replace(expression, '');
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};

const leastOf = (expression: RegExp, text: string): number =>
  Math.min(...[1, 2, 3, 4, 5].map(() => costOf(expression, text)));

/** What costs less is not looked at: a linear search of the longest text takes a twentieth of it. */
const FLOOR_MS = 20;
/** Twice the text should cost twice as much, and four times as much where it is quadratic. */
const TOO_MUCH = 3;
const SIZES = [3_125, 6_250, 12_500, 25_000, 50_000, 100_000];
/** What takes a thousandth of it, unless it takes for ever. */
const FOREVER_MS = 2_000;
const short = new Script('for (const text of texts) text.replace(expression, "")');

const endsAtAll = (expression: RegExp, attacks: readonly Attack[]): boolean => {
  try {
    short.runInNewContext({ expression, texts: attacks.map((attack) => attack(40)) }, { timeout: FOREVER_MS });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
    throw error;
  }
};

/** Whether the cost grows faster than the text. The sizes go up, so that what is slow is seen before it takes hours. */
const outgrows = (expression: RegExp, attack: Attack): boolean => {
  const size = SIZES.find((length) => costOf(expression, attack(length)) > FLOOR_MS);
  if (size === undefined) return false;
  const cost = leastOf(expression, attack(size));
  return cost > FLOOR_MS && cost > TOO_MUCH * leastOf(expression, attack(size / 2));
};

/** Whether an expression takes more than its share of time for some text. */
export const isSlow = (expression: RegExp): boolean => {
  const attacks = attacksOn(expression);
  return !endsAtAll(expression, attacks) || attacks.some((attack) => outgrows(expression, attack));
};
