/** How the public network reaches a branch: by a gateway's line, or at the address that an account of a carrier is registered from. */
import type { CarrierPlan, GatewayPlan, LabPlan } from '../plan.ts';
import { gatewayEndpoint } from './pjsip-conf.ts';
import { forwarding, type ForwardingPlan } from './star-codes.ts';
import { context } from './text.ts';

/** Q.850 causes. */
const NO_CIRCUIT = 34;
const OUT_OF_ORDER = 27;

/** What says that nobody is there, or that there is no room: anything else is a refusal by the one who was asked. Nothing at all is a timer's end. */
const DEAD = '^(408|480|482|502|503|504)?$';

const RING_S = 300;

export function targetContexts({ gateways, pstn: { carriers, country } }: LabPlan): readonly string[] {
  return [
    ...gateways.map((gateway) =>
      target(gateway, country.code, gateway.format, [`Set(DEST=\${SHOWN}@${gatewayEndpoint(gateway)})`]),
    ),
    ...carriers.map((carrier) => target(carrier, country.code, 'e164', registeredAt(carrier))),
  ];
}

/** Counted with this call in it, so that two at once cannot both be the last. */
export const takeChannel = (name: string, channels: string | number, full: string): readonly string[] => [
  `Set(GROUP(gateway)=${name})`,
  `ExecIf($[\${GROUP_COUNT(${name}@gateway)} > ${channels}]?${full})`,
];

/** The number stands in place of the user that was registered; what came with the address stays (RFC 3261 section 10.2). */
const registeredAt = ({ username }: CarrierPlan): readonly string[] => [
  `Set(CONTACT=\${PJSIP_AOR(${username},contact)})`,
  `ExecIf($["\${CONTACT}" = ""]?Set(CAUSE=${OUT_OF_ORDER}))`,
  'GotoIf($["${CONTACT}" = ""]?next,1)',
  'Set(URI=${PJSIP_CONTACT(${CONTACT},uri)})',
  `Set(DEST=${username}/sip:\${SHOWN}@\${CUT(URI,@,2)})`,
];

function target(
  { name, channels, ...own }: Pick<GatewayPlan | CarrierPlan, 'name' | 'channels'> & Partial<ForwardingPlan>,
  code: string,
  format: GatewayPlan['format'],
  destination: readonly string[],
): string {
  const { before, ringS, after, extensions } = forwarding({ name, ...own }, RING_S);
  const written = (number: string): string => (format === 'e164' ? number : nationally(number, code));
  return context(`to-${name}`, [
    {
      pattern: '_+X.',
      steps: [
        `Set(CAUSE=${NO_CIRCUIT})`,
        ...takeChannel(name, channels, 'Goto(next,1)'),
        `Set(SHOWN=${written('${EXTEN}')})`,
        ...destination,
        'Set(OWN=${CALLERID(num)})',
        `ExecIf($["\${OWN:0:1}" = "+"]?Set(CALLERID(num)=${written('${CALLERID(num)}')}))`,
        'HangupCauseClear()',
        ...before,
        `Dial(PJSIP/\${DEST},${ringS})`,
        ...after,
        'Set(CAUSE=${HANGUPCAUSE})',
        'Set(CALLERID(num)=${OWN})',
        'Set(ASKED=${HANGUPCAUSE_KEYS()})',
        'Set(SAID=${IF($["${ASKED}" = ""]?:${HANGUPCAUSE(${ASKED},tech)})})',
        // Only a dead line, or a full one, is passed over: who refuses, or hangs up, has been asked.
        'ExecIf($["${DIALSTATUS}" = "ANSWER" | "${DIALSTATUS}" = "BUSY"]?Hangup(${CAUSE}))',
        // It rang for as long as anybody may ring.
        'ExecIf($["${DIALSTATUS}" = "NOANSWER" & "${SAID}" = ""]?Hangup(${CAUSE}))',
        `ExecIf($[\${REGEX("${DEAD}" \${SAID:4:3})} = 0]?Hangup(\${CAUSE}))`,
        `ExecIf($["\${DIALSTATUS}" = "CHANUNAVAIL"]?Set(CAUSE=${OUT_OF_ORDER}))`,
        'Goto(next,1)',
      ],
    },
    ...extensions,
    { pattern: 'next', steps: ['Set(GROUP(gateway)=)', 'Return()'] },
  ]);
}

/** Without the country; a mobile number as it is, others after a 0; a foreign number after 00. */
function nationally(number: string, code: string): string {
  const inner = number.slice(2, -1);
  const rest = `\${${inner}:${code.length + 1}}`;
  const mobile = `$["\${${inner}:0:${code.length + 2}}" = "+${code}1"]`;
  const domestic = `$["\${${inner}:0:${code.length + 1}}" = "+${code}"]`;
  return `\${IF(${mobile}?${rest}:\${IF(${domestic}?0${rest}:00\${${inner}:1})})}`;
}
