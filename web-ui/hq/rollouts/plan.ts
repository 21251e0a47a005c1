/** The form of a new rollout as a plan, once it is filled in. Pure. */
import { rolloutPlan, type RolloutPlan, type WaveSpec } from '@branchline/contracts/fleet/rollouts';

export interface PlanFields {
  readonly name: string;
  readonly kind: 'document' | 'template' | 'assignment' | 'release';
  /** Of the two kinds that are about templates; empty for none. */
  readonly template: string;
  readonly version: string;
  readonly overrides: 'keep' | 'drop';
  /** Of a release: its version, and whether an older one is meant. */
  readonly release: string;
  readonly back: boolean;
  readonly set: readonly { readonly path: string; readonly value: string }[];
  /** Names separated by spaces; null for every branch that has a document here. */
  readonly these: string | null;
  readonly pilots: string;
  readonly canary: boolean;
  readonly shares: string;
  readonly hours: 'computed' | 'stated' | 'any';
  readonly from: string;
  readonly to: string;
  readonly soakMin: string;
  readonly patienceMin: string;
  readonly atOnce: string;
}

export const EMPTY: PlanFields = {
  name: '',
  kind: 'document',
  template: '',
  version: '',
  overrides: 'keep',
  release: '',
  back: false,
  set: [{ path: '', value: '' }],
  these: null,
  pilots: '',
  canary: true,
  shares: '10 50',
  hours: 'computed',
  from: '01:00',
  to: '05:00',
  soakMin: '60',
  patienceMin: '5',
  atOnce: '20',
};

/** Undefined while something is missing or not as it should be. `all`: the branches that it goes to unless some are named. */
export function planOf(
  fields: PlanFields,
  all: readonly string[],
  confirmWithinS: number,
): RolloutPlan | undefined {
  const plan = {
    name: fields.name,
    change: changeOf(fields),
    boxes: fields.these === null ? all : namesOf(fields.these),
    waves: wavesOf(fields),
    gates: { soakS: secondsOf(fields.soakMin), patienceS: secondsOf(fields.patienceMin) },
    hours:
      fields.hours === 'stated' ? { by: 'stated', from: fields.from, to: fields.to } : { by: fields.hours },
    atOnce: Number(fields.atOnce),
    confirmWithinS,
  };
  const read = rolloutPlan.safeParse(plan);
  return read.success ? read.data : undefined;
}

function changeOf({ kind, set, template, version, overrides, release, back }: PlanFields): unknown {
  switch (kind) {
    case 'document':
      return { kind, set: set.filter(({ path }) => path.trim() !== '').map(setOf) };
    case 'template':
      return { kind, template, version: Number(version) };
    case 'assignment':
      return { kind, template: template === '' ? null : template, overrides };
    case 'release':
      return { kind, version: release, back };
  }
}

/** The names of fields may have dots in them: they are set apart by slashes. */
function setOf({ path, value }: PlanFields['set'][number]) {
  const names = path
    .split('/')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return { path: names, ...(value.trim() !== '' && { becomes: valueOf(value.trim()) }) };
}

/** JSON where it is JSON; else the text as it stands. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function wavesOf({ pilots, canary, shares }: PlanFields): WaveSpec[] {
  const enoughPercent = 100;
  const boxes = namesOf(pilots);
  return [
    ...(boxes.length > 0 ? [{ take: 'boxes' as const, boxes, enoughPercent }] : []),
    ...(canary ? [{ take: 'one-per-model' as const, enoughPercent }] : []),
    ...namesOf(shares).map((percent) => ({
      take: 'share' as const,
      percent: Number(percent),
      enoughPercent: SOME_AWAY,
    })),
    { take: 'rest', enoughPercent },
  ];
}

/** In a large fleet some boxes are always away: a share does not wait for the last of them. */
const SOME_AWAY = 80;

const namesOf = (text: string): string[] => text.split(/[\s,，、;；%]+/).filter((name) => name !== '');

/** NaN for what is no number of minutes. */
const secondsOf = (minutes: string): number =>
  Math.round((minutes.trim() === '' ? NaN : Number(minutes)) * 60);
