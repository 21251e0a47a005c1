/** Which calls are on a trunk, by our own record. */
import type { Call } from './state.ts';
import type { Step } from './step.ts';

export interface OnTrunk {
  readonly call: string;
  readonly channel: string;
}

/** Each channel that takes one of the trunk's. */
export function onTrunk(step: Step, trunk: string): OnTrunk[] {
  return step.callIds().flatMap((id) => {
    const call = step.peek(id);
    return call ? channelsOn(call, trunk).map((channel) => ({ call: id, channel })) : [];
  });
}

/** Who came in by it, and who is called by it. */
export function channelsOn(call: Readonly<Call>, trunk: string): string[] {
  const { anchor, legs } = call;
  const isAnchorOut = !anchor.gone && anchor.phone === undefined && anchorTrunk(call) === trunk;
  const out = Object.values(legs).filter(
    ({ endpoint }) => endpoint.kind === 'gateway' && endpoint.trunk === trunk,
  );
  return [...(isAnchorOut ? [anchor.channel] : []), ...out.map(({ id }) => id)];
}

const anchorTrunk = ({ anchor, trunk }: Readonly<Call>): string | undefined => anchor.party.via ?? trunk;

export function hasRoom(step: Step, trunk: string): boolean {
  return onTrunk(step, trunk).length < (step.branch.trunks[trunk]?.channels ?? 0);
}
