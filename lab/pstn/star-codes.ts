/**
 * What the exchange behind a gateway's line knows of call forwarding, by the codes that Chinese exchanges have for a line that does not answer:
 * `*41*NUMBER#` sets it, `#41#` takes it back. It answers a code that it takes, and refuses any other. What is set is forgotten when the network ends.
 */
import type { GatewayPlan } from '../plan.ts';
import { context } from './text.ts';

/** Q.850: facility rejected; invalid number format. */
const [NOT_ALLOWED, NOT_COMPLETE] = [29, 28];

/** Which number the calls of a gateway's line are forwarded to; empty for none. */
const kept = (gateway: string): string => `FORWARD_${gateway}`;

const TAKEN = ['Answer()', 'Playback(beep)', 'Wait(0.3)', 'Hangup(16)'];
const MAY = `ExecIf($["\${FORWARDS}" = ""]?Hangup(${NOT_ALLOWED}))`;

/** '' where no line of the network may. */
export function starCodes(gateways: readonly GatewayPlan[]): string {
  if (!gateways.some(({ forwardsAfterS }) => forwardsAfterS !== undefined)) return '';
  return context('codes', [
    {
      pattern: '_*41*X.',
      steps: [
        MAY,
        `ExecIf($["\${EXTEN:-1}" != "#"]?Hangup(${NOT_COMPLETE}))`,
        `Set(GLOBAL(${kept('${GATEWAY}')})=\${EXTEN:4:-1})`,
        ...TAKEN,
      ],
    },
    { pattern: '#41#', steps: [MAY, `Set(GLOBAL(${kept('${GATEWAY}')})=)`, ...TAKEN] },
    { pattern: '_[*#0-9]!', steps: [`Hangup(${NOT_ALLOWED})`] },
  ]);
}

export const codesFromBox = (gateways: readonly GatewayPlan[]) =>
  starCodes(gateways) === '' ? [] : [{ pattern: '_[*#]!', steps: ['Goto(codes,${EXTEN},1)'] }];

/** Around the `Dial` of a line: how long it is rung, and where a call goes that nobody has answered. */
export function forwarding(
  { name, forwardsAfterS }: Pick<GatewayPlan, 'name' | 'forwardsAfterS'>,
  mostS: number,
) {
  if (forwardsAfterS === undefined) return { before: [], ringS: String(mostS), after: [], extensions: [] };
  return {
    before: [`Set(FORWARD=\${GLOBAL(${kept(name)})})`, 'Set(RUNG=${EPOCH})'],
    ringS: `\${IF($["\${FORWARD}" = ""]?${mostS}:${forwardsAfterS})}`,
    after: [
      'GotoIf($["${FORWARD}" != "" & "${DIALSTATUS}" != "ANSWER" & "${DIALSTATUS}" != "BUSY"]?forward,1)',
    ],
    // The line rings on while nothing behind it answers: an analog gateway cannot say to its exchange that it has nobody.
    extensions: [
      {
        pattern: 'forward',
        steps: [
          'Ringing()',
          `Set(LEFT=$[\${RUNG} + ${forwardsAfterS} - \${EPOCH}])`,
          'ExecIf($[${LEFT} > 0]?Wait(${LEFT}))',
          'Set(GROUP(gateway)=)',
          'Set(CALLERID(num)=${OWN})',
          'Goto(dialled,${FORWARD},1)',
        ],
      },
    ],
  };
}
