/**
 * What the exchange behind a gateway's line knows of call forwarding, by the codes that Chinese exchanges have for a line that does not answer:
 * `*41*NUMBER#` sets it, `#41#` takes it back. It answers a code that it takes, and refuses any other. What is set is forgotten when the network ends.
 * A gateway's line is a block of its numbers; which of them a code comes by is told by the number that calls.
 */
import type { GatewayPlan } from '../plan.ts';
import { context } from './text.ts';

/** Q.850: facility rejected; invalid number format. */
const [NOT_ALLOWED, NOT_COMPLETE] = [29, 28];

/** Which number the calls of a line are forwarded to; empty for none. */
const KEPT = 'FORWARD_${LINE}';

const TAKEN = ['Answer()', 'Playback(beep)', 'Wait(0.3)', 'Hangup(16)'];
const MAY = `ExecIf($["\${FORWARDS}" = ""]?Hangup(${NOT_ALLOWED}))`;

export type ForwardingPlan = Pick<GatewayPlan, 'forwardsAfterS' | 'numbers'>;

/** Sets LINE: of this gateway, the first where none has the number. */
function lineOf(
  gateways: readonly Pick<GatewayPlan, 'name' | 'numbers'>[],
  number: string,
  gateway: string,
): string[] {
  const blocks = gateways.flatMap(({ name, numbers }) =>
    numbers.map(({ first, last }, index) => ({ name, first, last, index })),
  );
  return [
    `Set(WHOSE=0\${FILTER(0-9,${number})})`,
    `Set(LINE=${gateway}_0)`,
    ...blocks.map(
      ({ name, first, last, index }) =>
        `ExecIf($["${gateway}" = "${name}" & \${WHOSE} >= ${first.slice(1)} & \${WHOSE} <= ${last.slice(1)}]?Set(LINE=${name}_${index}))`,
    ),
  ];
}

/** '' where no line of the network may. */
export function starCodes(gateways: readonly GatewayPlan[]): string {
  const able = gateways.filter(({ forwardsAfterS }) => forwardsAfterS !== undefined);
  if (able.length === 0) return '';
  const first = [MAY, ...lineOf(able, '${CALLERID(num)}', '${GATEWAY}')];
  return context('codes', [
    {
      pattern: '_*41*X.',
      steps: [
        ...first,
        `ExecIf($["\${EXTEN:-1}" != "#"]?Hangup(${NOT_COMPLETE}))`,
        `Set(GLOBAL(${KEPT})=\${EXTEN:4:-1})`,
        ...TAKEN,
      ],
    },
    { pattern: '#41#', steps: [...first, `Set(GLOBAL(${KEPT})=)`, ...TAKEN] },
    { pattern: '_[*#0-9]!', steps: [`Hangup(${NOT_ALLOWED})`] },
  ]);
}

export const codesFromBox = (gateways: readonly GatewayPlan[]) =>
  starCodes(gateways) === '' ? [] : [{ pattern: '_[*#]!', steps: ['Goto(codes,${EXTEN},1)'] }];

/** Around the `Dial` of a line: how long it is rung, and where a call goes that nobody has answered. */
export function forwarding(
  { name, forwardsAfterS, numbers = [] }: Pick<GatewayPlan, 'name'> & Partial<ForwardingPlan>,
  mostS: number,
) {
  if (forwardsAfterS === undefined) return { before: [], ringS: String(mostS), after: [], extensions: [] };
  return {
    before: [
      ...lineOf([{ name, numbers }], '${EXTEN}', name),
      `Set(FORWARD=\${GLOBAL(${KEPT})})`,
      'Set(RUNG=${EPOCH})',
    ],
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
