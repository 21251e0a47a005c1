/** The steps of a raw document, as far as they have the right shape, with the ways out of each. */
import { isMapping, list, mapping, type Raw } from '../raw.ts';

export interface WayOut {
  readonly path: string;
  readonly value: unknown;
  /** Taken by a caller who does nothing. */
  readonly quiet: boolean;
}

export interface WalkedStep {
  readonly flow: string;
  readonly path: string;
  readonly step: Raw;
  readonly ways: readonly WayOut[];
  /** How it goes on to the step after it: by itself, when the caller has answered, or not at all. */
  readonly follows: 'quiet' | 'asked' | 'never';
  /** Path of the step after it in its list. */
  readonly after: string | undefined;
  /** Path of the step in whose list it stands. */
  readonly within: string | undefined;
  /** First of its list. */
  readonly first: boolean;
}

export function walkFlows(raw: Raw): WalkedStep[] {
  return Object.entries(mapping(raw.flows)).flatMap(([flow, value]) => {
    const path = `flows.${flow}`;
    return isMapping(value)
      ? walk(flow, `${path}.steps`, value.steps, undefined)
      : walk(flow, path, value, undefined);
  });
}

function walk(flow: string, path: string, steps: unknown, within: string | undefined): WalkedStep[] {
  const all = list(steps);
  return all.flatMap((step, index) => {
    if (!isMapping(step)) return [];
    const at = `${path}[${index}]`;
    const ways = waysOf(step, at);
    const own: WalkedStep = {
      flow,
      path: at,
      step,
      ways,
      follows: followsOf(step),
      after: index + 1 < all.length ? `${path}[${index + 1}]` : undefined,
      within,
      first: index === 0,
    };
    return [own, ...ways.flatMap((way) => walk(flow, way.path, way.value, at))];
  });
}

/** Of which a caller who does nothing takes all but those of a menu's digits. */
function waysOf(step: Raw, at: string): WayOut[] {
  const fields = ['closed', 'holiday', 'none', 'then', 'else', 'failed', 'to'];
  const named = fields.flatMap((field) =>
    step[field] === undefined ? [] : [{ path: `${at}.${field}`, value: step[field], quiet: true }],
  );
  const digits = step.menu === undefined ? {} : mapping(step.digits);
  const chosen = Object.entries(digits).map(([digit, value]) => ({
    path: `${at}.digits.${digit}`,
    value,
    quiet: false,
  }));
  return [...named, ...chosen];
}

function followsOf(step: Raw): WalkedStep['follows'] {
  if (step.to !== undefined || step.menu !== undefined) return 'never';
  if (step.when !== undefined) return step.else === undefined ? 'quiet' : 'never';
  return step.collect === undefined ? 'quiet' : 'asked';
}
