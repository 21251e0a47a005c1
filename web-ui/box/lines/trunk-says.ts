/** A trunk's standing in sentences. Pure. */
import type { Ground, LiveTrunk } from '@branchline/contracts/trunks';
import { readable } from '../../parts/number.ts';
import { say, type Say } from '../../words/say.ts';

export interface TrunkSays {
  readonly because: Say | undefined;
  readonly place: Say;
  /** What it costs in channels, and what is left elsewhere. */
  readonly left: Say | undefined;
  readonly back: Say | undefined;
  readonly full: Say | undefined;
  /** What its exchange does with calls that it does not take. */
  readonly forwarding: Say | undefined;
}

/** `now` in ms since 1970, by the service's clock. `usable`: channels of another trunk that take calls. */
export function trunkSays(trunk: LiveTrunk, now: number, usable: (trunk: string) => number): TrunkSays {
  const { state, because, instead, back } = trunk;
  const isAway = state === 'down' || state === 'draining';
  const others = {
    list: instead.map(({ trunk: name, free }) => ({ say: say('trunk.free', { trunk: name, free }) })),
  };
  const none = instead.length === 0;
  const place = isAway
    ? none
      ? say('trunk.placeNone')
      : say('trunk.place', { others })
    : none
      ? say('trunk.wouldNone')
      : say('trunk.would', { others });
  const left =
    isAway && !none
      ? say('trunk.left', {
          missing: trunk.channels - trunk.usable,
          usable: instead.reduce((sum, { trunk: name }) => sum + usable(name), 0),
          count: instead.reduce((sum, { free }) => sum + free, 0),
        })
      : undefined;
  return {
    because:
      // On its way back there is nothing left against it.
      state === 'up' || because.every(({ verdict }) => verdict === 'good')
        ? undefined
        : say('trunk.because', { grounds: { list: because.map((each) => ({ say: groundSay(each) })) } }),
    place,
    left,
    back: backSay(back, now),
    full: fullSay(back, now),
    forwarding: forwardingSay(trunk.forwarding),
  };
}

function backSay(back: LiveTrunk['back'], now: number): Say | undefined {
  if (!back) return undefined;
  if (back.step === 'order') return say('trunk.back.order');
  if (back.step === 'evidence') {
    const needs = { list: back.needs.map((kind) => ({ say: say(`trunk.need.${kind}`) })) };
    return back.needs.length > 0 ? say('trunk.back.evidence', { needs }) : undefined;
  }
  return say(`trunk.back.${back.step}`, { left: { watch: until(back.at, now) } });
}

function forwardingSay(forwarding: LiveTrunk['forwarding']): Say | undefined {
  if (!forwarding) return undefined;
  const { state, afterS, setAt, last } = forwarding;
  const to = readable(forwarding.to);
  if (state === 'set')
    return say('trunk.forwarding.set', { to, after: afterS ?? '?', at: { at: setAt ?? '' } });
  if (state === 'leaving') return say('trunk.forwarding.leaving', { to });
  if (state === 'waiting' || !last) return say('trunk.forwarding.waiting', { to });
  const why = say(`trunk.forwarding.${last.outcome}`, { cause: last.cause ?? '?' });
  return say('trunk.forwarding.failed', { to, why: { say: why } });
}

function fullSay(back: LiveTrunk['back'], now: number): Say | undefined {
  if (!back?.fullAt || back.fullAt === back.at) return undefined;
  return say('trunk.back.full', { left: { watch: until(back.fullAt, now) } });
}

const until = (at: string | null, now: number): number => Math.max(0, Date.parse(at ?? '') - now || 0);

/** 'no carrier – e1-0: LOS (snmp-trap)'. */
export function groundSay({ what, detail }: Pick<Ground, 'what' | 'detail'>): Say {
  const says = say(`trunk.ground.${what}`);
  return detail === undefined ? says : say('trunk.detail', { says: { say: says }, detail });
}
