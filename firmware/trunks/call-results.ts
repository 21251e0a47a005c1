/**
 * What the ledger's events of a call say of the trunks it used: `(open, event) -> (open, results)`. Pure, so that the verdict on
 * a trunk can be told again from the ledger alone.
 */
import type { NewEvent } from '@branchline/contracts/ledger';
import type { CallResult } from './evidence.ts';

/** Legs on their way out, and calls that came in, by name. */
export type OpenLegs = Readonly<Record<string, OpenLeg>>;

export interface OpenLeg {
  readonly trunk: string;
  readonly at: number;
  /** The network has said that it rings. */
  readonly rang?: true;
}

/** How much of a trunk is taken, by our own count. */
export type Taken = 'nothing' | 'some' | 'all';

export interface TrunkResult {
  readonly trunk: string;
  readonly result: CallResult;
}

/** A talk that is over so soon was none: nobody was heard, or the wrong one was. */
const SHORT_MS = 4_000;

/** Given up so soon, and not even ringing was heard: the gateway has not said a word. */
const SILENT_MS = 15_000;

/** ITU-T Q.850: no circuit available. */
const FULL = 34;

/**
 * Causes (ITU-T Q.850) by which the trunk, its gateway or the network behind it has not done its work. What the called party did, or
 * what the number is, speaks for the trunk.
 */
const TRUNKS_FAULT: ReadonlySet<number> = new Set([
  3, // no route to destination
  18, // no user responding: silence at the gateway
  20, // subscriber absent: the gateway is not reachable
  27, // destination out of order
  38, // network out of order
  41, // temporary failure
  42, // switching equipment congestion
  44, // requested circuit not available
  47, // resource unavailable
  58, // bearer capability not presently available
  63, // service or option not available
  102, // recovery on timer expiry
  127, // interworking
]);

/** Our own doing: it says nothing of the trunk. */
const OURS: readonly string[] = ['caller-gone', 'answered-elsewhere'];

/** `taken`: of the trunk, by other calls. */
export function resultsOf(
  open: OpenLegs,
  event: NewEvent,
  taken: (trunk: string) => Taken,
): { readonly open: OpenLegs; readonly results: readonly TrunkResult[] } {
  const { at } = event;
  switch (event.type) {
    case 'call.leg-offered': {
      const { leg, to } = event.body;
      if (to.kind !== 'number' || to.via === undefined) return { open, results: [] };
      return { open: { ...open, [leg]: { trunk: to.via, at } }, results: [] };
    }
    case 'call.leg-ringing': {
      const { leg } = event.body;
      const known = open[leg];
      return { open: known ? { ...open, [leg]: { ...known, rang: true } } : open, results: [] };
    }
    case 'call.leg-refused': {
      const { leg, reason, cause } = event.body;
      const known = open[leg];
      if (!known) return { open, results: [] };
      const silent = !known.rang && at - known.at < SILENT_MS;
      const fared = refused(reason, cause, silent, taken(known.trunk));
      return told(dropped(open, leg), known, fared && { id: leg, at, fared });
    }
    case 'call.answered':
    case 'call.joined': {
      const { leg } = event.body;
      return told(open, open[leg], { id: leg, at, fared: 'answered' });
    }
    case 'call.leg-ended': {
      const { leg, talkMs } = event.body;
      const short = talkMs < SHORT_MS ? ({ id: leg, at, fared: 'short' } as const) : undefined;
      return told(dropped(open, leg), open[leg], short);
    }
    case 'call.offered': {
      const { direction, trunk } = event.body;
      if (direction !== 'in' || trunk === undefined || event.call === undefined) return { open, results: [] };
      return told(open, { trunk, at }, { id: event.call, at, fared: 'came' });
    }
    case 'call.ended':
      return { open: withoutLegsOf(open, event.call), results: [] };
    default:
      return { open, results: [] };
  }
}

function refused(
  reason: string,
  cause: number | undefined,
  silent: boolean,
  taken: Taken,
): CallResult['fared'] | undefined {
  if (OURS.includes(reason)) return undefined;
  if (reason === 'no-answer') return silent ? 'failed' : 'reached';
  // A full trunk is no failed one; one that says so with nobody on it has a fault behind it.
  if (cause === FULL) return ({ nothing: 'failed', some: 'full-early', all: 'full' } as const)[taken];
  return cause !== undefined && TRUNKS_FAULT.has(cause) ? 'failed' : 'reached';
}

const told = (
  open: OpenLegs,
  leg: OpenLeg | undefined,
  result: CallResult | undefined,
): { open: OpenLegs; results: readonly TrunkResult[] } => ({
  open,
  results: leg && result ? [{ trunk: leg.trunk, result }] : [],
});

function dropped(open: OpenLegs, leg: string): OpenLegs {
  const { [leg]: _, ...rest } = open;
  return rest;
}

/** A call that ended leaves no leg behind; this is for what a restart may have lost sight of. */
function withoutLegsOf(open: OpenLegs, call: string | undefined): OpenLegs {
  if (call === undefined || !Object.keys(open).some((leg) => leg.startsWith(`${call}-`))) return open;
  return Object.fromEntries(Object.entries(open).filter(([leg]) => !leg.startsWith(`${call}-`)));
}
