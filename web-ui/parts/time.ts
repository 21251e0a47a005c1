/** Times and stretches of time as the pages write them. Pure; a zone is an IANA name. */
import { say, type Say } from '../words/say.ts';

interface Wall {
  readonly date: string;
  readonly time: string;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Date and time of day on a wall clock in the zone: '2026-11-22', '09:12:05'. */
export function wall(ms: number, zone: string): Wall {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(zone, formatter);
  }
  const parts = Object.fromEntries(formatter.formatToParts(ms).map((part) => [part.type, part.value]));
  return {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}:${parts.second}`,
  };
}

/** '09:12' on the same day, '11-21 09:12' in the same year, '2025-11-21 09:12' else. */
export function moment(iso: string, now: number, zone: string): string {
  const then = wall(Date.parse(iso), zone);
  const today = wall(now, zone);
  const time = then.time.slice(0, 5);
  if (then.date === today.date) return time;
  return `${then.date.slice(0, 4) === today.date.slice(0, 4) ? then.date.slice(5) : then.date} ${time}`;
}

/** '2026-11-22 09:12:05.3': for who compares times of a report. */
export function exactMoment(iso: string, zone: string): string {
  const ms = Date.parse(iso);
  const { date, time } = wall(ms, zone);
  return `${date} ${time}.${Math.floor((ms % 1_000) / 100)}`;
}

/** '3 December' or '12月3日', with the year when it is another than that of `now`. */
export function dayWords(iso: string, now: number, zone: string, language: 'zh' | 'en'): string {
  const [then, ms] = [wall(Date.parse(iso), zone), Date.parse(iso)];
  const isThisYear = then.date.slice(0, 4) === wall(now, zone).date.slice(0, 4);
  const form = { day: 'numeric', month: 'long', timeZone: zone } as const;
  const tag = language === 'zh' ? 'zh-CN' : 'en-GB';
  return new Intl.DateTimeFormat(tag, isThisYear ? form : { ...form, year: 'numeric' }).format(ms);
}

/** '0:07', '12:30', '1:05:00': how long a call has gone on. */
export function stopwatch(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** A stretch in the largest unit that still says something: 12 s, 4 min, 1 h 20 min, 3 d. */
export function spanWords(ms: number): Say {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s === 0 && ms > 0) return say('unit.ms', { n: Math.round(ms) });
  if (s < 90) return say('unit.s', { n: s });
  const min = Math.round(s / 60);
  if (min < 60) return say('unit.min', { n: min });
  const h = Math.floor(min / 60);
  if (h >= 48) return say('unit.d', { n: Math.round(h / 24) });
  return min % 60 === 0 ? say('unit.hOnly', { n: h }) : say('unit.h', { h, m: min % 60 });
}
