import { Refused } from './refused.js';

declare const day: unique symbol;
declare const instant: unique symbol;

/** A local calendar day, `YYYY-MM-DD`. It has no time zone: it is the day where the measure took effect. */
export type Day = string & { readonly [day]: true };

/** A moment in UTC, `YYYY-MM-DDTHH:MM:SS.mmmZ`. When Rastro learned of something; never the day on which it happened. */
export type Instant = string & { readonly [instant]: true };

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const LENGTH_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

export const isDay = (text: unknown): text is Day => {
  const parts = typeof text === 'string' ? DAY.exec(text) : null;
  if (!parts) return false;
  const [year, month, date] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const last = month === 2 && isLeap(year) ? 29 : (LENGTH_OF_MONTH[month - 1] ?? 0);
  return year >= 1800 && date >= 1 && date <= last;
};

/** @throws Refused `day-malformed` when the text is no day of the calendar. */
export const dayOf = (text: unknown, at?: string): Day => {
  if (!isDay(text)) throw new Refused('day-malformed', 'Give a calendar day as YYYY-MM-DD.', { given: text }, at);
  return text;
};

export const isInstant = (text: unknown): text is Instant =>
  typeof text === 'string' && INSTANT.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text));

let told: { readonly ms: number; readonly instant: Instant } | undefined;

/** The one told last is kept: under load, the same millisecond is asked for again and again. */
export const instantOf = (date: Date): Instant => {
  const ms = date.getTime();
  if (told?.ms !== ms) told = { ms, instant: date.toISOString() as Instant };
  return told.instant;
};

/** Times are divided here, so that where money is nothing need be. */
export const secondsOf = (ms: number): number => ms / 1_000;

/** The day `count` days later (earlier, when negative). */
export const addDays = (from: Day, count: number): Day => {
  const date = new Date(`${from}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10) as Day;
};
