/** What a box must have kept since it took a change: each gate with what was, what is, and what is allowed. Pure. */
import { SEVERITIES } from '@branchline/contracts/alarms';
import type { Finding, RolloutGates } from '@branchline/contracts/fleet/rollouts';
import type { Figures } from './state.ts';

export function findingsOf(before: Figures, now: Figures, gates: RolloutGates): Finding[] {
  return [
    phones(before, now, gates),
    trunks(before, now, gates),
    tests(before, now),
    calls(before, now, gates),
    alarms(before, now, gates),
  ];
}

/** Of what was there, what is away now. What the new document takes out is in no report any more, and not missed. */
const lost = (was: readonly string[], away: readonly string[]): string[] =>
  was.filter((name) => away.includes(name));

function phones(before: Figures, now: Figures, { phonesLostPercent }: RolloutGates): Finding {
  const what = lost(before.phones.up, now.phones.away);
  const had = before.phones.up.length;
  const percent = had === 0 ? 0 : (100 * what.length) / had;
  return {
    gate: 'phones',
    ok: percent <= phonesLostPercent,
    before: had,
    now: had - what.length,
    limit: Math.ceil(had * (1 - phonesLostPercent / 100)),
    what,
  };
}

function trunks(before: Figures, now: Figures, { trunksLost }: RolloutGates): Finding {
  const what = lost(before.trunks.up, now.trunks.away);
  const had = before.trunks.up.length;
  return {
    gate: 'trunks',
    ok: what.length <= trunksLost,
    before: had,
    now: had - what.length,
    limit: Math.max(0, had - trunksLost),
    what,
  };
}

/** A trunk whose test failed before as well has nothing to do with the change. */
function tests(before: Figures, now: Figures): Finding {
  const made = Object.entries(now.tests);
  const what = made.flatMap(([trunk, last]) =>
    last === 'bad' && before.tests[trunk] !== 'bad' && before.trunks.up.includes(trunk) ? [trunk] : [],
  );
  const good = made.filter(([, last]) => last === 'good').length;
  return {
    gate: 'tests',
    ok: what.length === 0,
    before: Object.values(before.tests).filter((last) => last === 'good').length,
    now: good,
    limit: null,
    what,
  };
}

function calls(before: Figures, now: Figures, { callFailurePoints, leastCalls }: RolloutGates): Finding {
  const [was, is] = [failurePercent(before), failurePercent(now)];
  const limit = Math.min(100, (was ?? 0) + callFailurePoints);
  const says = now.calls.ended >= leastCalls;
  return {
    gate: 'calls',
    ok: !says || is === null || is <= limit,
    before: was,
    now: is,
    limit,
    what: [],
  };
}

const failurePercent = ({ calls: { ended, failed } }: Figures): number | null =>
  ended === 0 ? null : Math.round((1_000 * failed) / ended) / 10;

function alarms(before: Figures, now: Figures, { alarmsFrom }: RolloutGates): Finding {
  const least = alarmsFrom === 'none' ? Infinity : SEVERITIES.indexOf(alarmsFrom);
  const grave = (figures: Figures): string[] =>
    figures.alarms.flatMap(({ name, severity }) => (SEVERITIES.indexOf(severity) >= least ? [name] : []));
  const known = grave(before);
  const what = grave(now).filter((name) => !known.includes(name));
  return {
    gate: 'alarms',
    ok: what.length === 0,
    before: known.length,
    now: grave(now).length,
    limit: null,
    what,
  };
}
