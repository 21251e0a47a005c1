/** A trunk as the page, the API and the health report show it. Pure. */
import { coded } from '@branchline/contracts/alarm-detail';
import type { Branch } from '@branchline/contracts/branch/model';
import type { LiveTrunk, TrunkState } from '@branchline/contracts/trunks';
import { callFigures, freshResults } from './call-evidence.ts';
import { groundOf, WEIGHTS } from './evidence.ts';
import { evidenceOf } from './judging.ts';
import { fullAt, usableChannels } from './truth.ts';
import { testDue } from './testing.ts';
import type { TrunkRules, TrunkTruth } from './truth-state.ts';

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | undefined): string | null => (ms === undefined ? null : iso(ms));

export interface Shown {
  readonly name: string;
  readonly truth: TrunkTruth;
  readonly rules: TrunkRules;
  readonly calls: readonly string[];
}

export function liveTrunk(
  branch: Branch,
  { name, truth, rules, calls }: Shown,
  instead: LiveTrunk['instead'],
  now: number,
): Omit<LiveTrunk, 'forwarding'> {
  const gateway = branch.gateways[branch.trunks[name]?.gateway ?? ''];
  const neverHeard = truth.state === 'unknown' && truth.because.length === 0 && !truth.wasUp;
  return {
    id: name,
    gateway: gateway?.name ?? '',
    kind: gateway?.kind ?? '',
    state: truth.state,
    since: neverHeard ? null : iso(truth.since),
    because: truth.because.map(groundOf),
    evidence: evidenceOf(truth, now, rules).map((each) => ({
      ...groundOf(each),
      weight: WEIGHTS[each.kind],
      until: isoOrNull(each.until),
    })),
    channels: rules.channels,
    usable: usableChannels(truth, now, rules),
    calls: [...calls],
    instead,
    back: wayBack(truth),
    figures: callFigures(freshResults(truth.results, now)),
    test: testView(truth, rules),
  };
}

function wayBack(truth: TrunkTruth): LiveTrunk['back'] {
  const { state, returning, because } = truth;
  if (returning && state !== 'draining')
    return { step: returning.step, at: iso(returning.until), fullAt: isoOrNull(fullAt(truth)), needs: [] };
  const nothing = { at: null, fullAt: null } as const;
  const needs = [...new Set(because.map(({ kind }) => kind))];
  if (state === 'draining')
    return { step: needs.includes('order') ? 'order' : 'evidence', ...nothing, needs };
  return state === 'down' || state === 'degraded' ? { step: 'evidence', ...nothing, needs } : null;
}

function testView(truth: TrunkTruth, rules: TrunkRules): LiveTrunk['test'] {
  if (!rules.test) return null;
  const last = truth.tests.at(-1);
  return {
    to: rules.test.to,
    running: truth.testing !== undefined,
    last: last ? { at: iso(last.at), verdict: last.verdict, why: last.why } : null,
    next: truth.testing ? null : isoOrNull(testDue(truth, rules)),
  };
}

/** What other rooms may know of a trunk when they look for a way round one. */
export interface Standing {
  readonly state: TrunkState;
  /** Channels it may still be given calls on. */
  readonly free: number;
}

/** The trunks that take what this one does not, in the order of the routes it is in; those that are down or drained are none. */
export function insteadOf(
  branch: Branch,
  name: string,
  standing: (trunk: string) => Standing | undefined,
): LiveTrunk['instead'] {
  const others = branch.routes.filter(({ via }) => via.includes(name)).flatMap(({ via }) => via);
  return [...new Set(others)]
    .filter((other) => other !== name)
    .flatMap((trunk) => {
      const found = standing(trunk);
      const able = found && found.state !== 'down' && found.state !== 'draining';
      return able ? [{ trunk, free: found.free }] : [];
    });
}

/** As an alarm tells it: '{trunk.line-down} e1-0: LOS (snmp-trap); {trunk.no-answer}'. */
export const groundsText = (because: TrunkTruth['because']): string =>
  because
    .map(({ what, detail }) => {
      const said = coded(`trunk.${what}`);
      return detail === undefined ? said : `${said} ${detail}`;
    })
    .join('; ');
