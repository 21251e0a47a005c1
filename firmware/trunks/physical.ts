/** What the lines behind a trunk's gateway say together. Pure. */
import type { LineEvidence } from '../devices/gateways/port.ts';
import { HOLDS_MS, type Weighed } from './evidence.ts';

/** A line as it was told last, with since when it says so. */
export interface SeenLine {
  readonly last: LineEvidence;
  readonly since: number;
  /** Since when and why it cannot be read, while what was read before still holds. */
  readonly unclear?: LineEvidence;
}
export type SeenLines = Readonly<Record<string, SeenLine>>;

/** What is unclear leaves what was said before in force, until that is too old. */
export function seeLine(lines: SeenLines, evidence: LineEvidence): SeenLines {
  const before = lines[evidence.line];
  if (evidence.state === 'unclear' && before && before.last.state !== 'unclear')
    return { ...lines, [evidence.line]: { ...before, unclear: before.unclear ?? evidence } };
  const same = before?.last.state === evidence.state && before.last.what === evidence.what;
  return { ...lines, [evidence.line]: { last: evidence, since: same ? before.since : evidence.at } };
}

/** A trap and a line in a log tell of a moment; the others read how it stands. */
const isTold = ({ source }: LineEvidence): boolean => source === 'snmp-trap' || source === 'syslog';

export function holdsUntil({ last, unclear }: SeenLine): number {
  const until = last.at + (isTold(last) ? HOLDS_MS.told : HOLDS_MS.read);
  return unclear ? Math.min(until, unclear.at + HOLDS_MS.unread) : until;
}

/** And nothing else is wrong with it. */
const isFarEnd = ({ last }: SeenLine): boolean =>
  last.what.split(',').every((what) => /^(RAI|yellow alarm)$/i.test(what.trim()));

/**
 * The far end does not hear us. Read as it stands that is a dead line; from a trap or a log alone it is a moment that the next reading
 * has to bear out.
 */
const isDead = (line: SeenLine): boolean =>
  line.last.state === 'bad' && !(isFarEnd(line) && isTold(line.last));

/** Undefined when no line has ever said anything. */
export function physicalEvidence(lines: SeenLines, channels: number, now: number): Weighed | undefined {
  const all = Object.values(lines);
  const fresh = all.filter((line) => line.last.state !== 'unclear' && holdsUntil(line) > now);
  const [newest] = [...all].sort((a, b) => b.last.at - a.last.at);
  if (!newest) return undefined;
  if (fresh.length === 0) {
    const { what, at } = newest.unclear ?? newest.last;
    return { kind: 'physical', verdict: 'unclear', what: 'line-unclear', at, detail: what };
  }
  const until = Math.min(...fresh.map(holdsUntil));
  const base = { kind: 'physical', until } as const;
  const dead = fresh.filter(isDead);
  if (dead.length === fresh.length)
    return { ...base, verdict: 'bad', what: 'line-down', at: latest(dead), detail: told(dead) };
  const perLine = Math.max(1, Math.floor(channels / fresh.length));
  const blocked = Math.min(
    channels,
    dead.length * perLine +
      fresh
        .filter((line) => !dead.includes(line))
        .reduce((sum, { last }) => sum + (last.blockedChannels ?? 0), 0),
  );
  if (dead.length > 0)
    return {
      ...base,
      verdict: 'partly',
      what: 'some-lines-down',
      at: latest(dead),
      detail: told(dead),
      blocked,
    };
  const farEnd = fresh.filter((line) => line.last.state === 'bad' && isFarEnd(line));
  if (farEnd.length > 0)
    return {
      ...base,
      verdict: 'partly',
      what: 'far-end-alarm',
      at: latest(farEnd),
      detail: told(farEnd),
      blocked,
    };
  if (blocked > 0) {
    const at = latest(fresh.filter(({ last }) => (last.blockedChannels ?? 0) > 0));
    const what = blocked >= channels ? 'all-blocked' : 'channels-blocked';
    return { ...base, verdict: 'partly', what, at, detail: `${blocked}/${channels}`, blocked };
  }
  return { ...base, verdict: 'good', what: 'line-good', at: latest(fresh), detail: told(fresh) };
}

const latest = (lines: readonly SeenLine[]): number => Math.max(...lines.map(({ since }) => since));

/** 'e1-0: LOS (snmp-trap)', of several the first three. */
function told(lines: readonly SeenLine[]): string {
  const shown = lines.slice(0, 3).map(({ last }) => `${last.line}: ${last.what} (${last.source})`);
  return shown.join(', ') + (lines.length > 3 ? ' …' : '');
}
