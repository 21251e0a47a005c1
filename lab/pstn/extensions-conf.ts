/**
 * The dial plan of the public network.
 *
 * from-box, from-subscriber: a call enters; a gateway's channels are counted. dialled: what was dialled becomes E.164.
 * network: who has the number. to-branch: down the line, in the carrier's way of writing numbers.
 */
import type { GatewayPlan, LabPlan } from '../plan.ts';
import { gatewayEndpoint } from './pjsip-conf.ts';
import { SERVICES, type ServiceKind } from './services.ts';
import { context, type Step } from './text.ts';

/** Q.850 causes that a call is refused with. */
const UNKNOWN = 1;
const NO_CIRCUIT = 34;
const ABSENT = 20;
const OUT_OF_ORDER = 27;

const SERVICE_STEPS: Readonly<Record<ServiceKind, readonly string[]>> = {
  speech: ['Answer()', 'Goto(speech,s,1)'],
  tone: ['Answer()', 'Milliwatt()'],
  echo: ['Answer()', 'Echo()'],
  silent: ['Answer()', 'Wait(3600)'],
  late: ['Ringing()', 'Wait(8)', 'Answer()', 'Goto(speech,s,1)'],
  busy: ['Hangup(17)'],
  never: ['Ringing()', 'Wait(180)', 'Hangup(19)'],
  congested: [`Hangup(${NO_CIRCUIT})`],
};

export function extensionsConf(plan: LabPlan): string {
  return [
    '[general]\nstatic=yes\nwriteprotect=yes\n',
    fromBox(),
    context('from-subscriber', [{ pattern: '_[+0-9]!', steps: ['Goto(dialled,${EXTEN},1)'] }]),
    dialled(plan),
    emergency(),
    speech(),
    network(plan),
    ...plan.gateways.map((gateway) => toBranch(gateway, plan)),
  ].join('\n');
}

/** 's' is what OPTIONS asks for. */
function fromBox(): string {
  return context('from-box', [
    { pattern: 's', steps: [`Hangup(${UNKNOWN})`] },
    {
      pattern: '_[+0-9]!',
      steps: [
        ...takeChannel('${GATEWAY}', '${CHANNELS}', `Hangup(${NO_CIRCUIT})`),
        'Goto(dialled,${EXTEN},1)',
      ],
    },
  ]);
}

/** Counted with this call in it, so that two at once cannot both be the last. */
const takeChannel = (gateway: string, channels: string | number, full: string): readonly string[] => [
  `Set(GROUP(gateway)=${gateway})`,
  `ExecIf($[\${GROUP_COUNT(${gateway}@gateway)} > ${channels}]?${full})`,
];

function dialled({ pstn: { country, emergency: numbers } }: LabPlan): string {
  const international = (prefix: string, strip: number): string =>
    `Goto(network,+${prefix}\${EXTEN:${strip}},1)`;
  return context('dialled', [
    ...numbers.map((number) => ({ pattern: number, steps: ['Goto(emergency,s,1)'] })),
    { pattern: '_+X.', steps: ['Goto(network,${EXTEN},1)'] },
    { pattern: '_00X.', steps: [international('', 2)] },
    { pattern: '_0Z.', steps: [international(country.code, 1)] },
    { pattern: '_1[3-9]XXXXXXXXX', steps: [international(country.code, 0)] },
    { pattern: '_[2-8]XXXXXXX', steps: [international(country.code + country.area, 0)] },
    { pattern: '_[+0-9]!', steps: [`Hangup(${UNKNOWN})`] },
  ]);
}

const emergency = (): string =>
  context('emergency', [
    {
      pattern: 's',
      steps: ['Answer()', 'Playback(hello)', 'Playback(tt-somethingwrong)', 'Goto(speech,s,1)'],
    },
  ]);

const speech = (): string =>
  context('speech', [
    { pattern: 's', steps: ['Playback(hello-world&demo-congrats&demo-instruct&demo-moreinfo)', 'Goto(s,1)'] },
  ]);

function network(plan: LabPlan): string {
  return context('network', [
    ...plan.subscribers.map(({ number, user }) => ({
      pattern: number,
      steps: [
        `Dial(PJSIP/${user},180)`,
        `ExecIf($["\${DIALSTATUS}" = "CHANUNAVAIL"]?Hangup(${ABSENT}))`,
        'Hangup(${HANGUPCAUSE})',
      ],
    })),
    ...SERVICES.map(({ number, kind }) => ({ pattern: number, steps: SERVICE_STEPS[kind] })),
    ...branchNumbers(plan),
    { pattern: '_+X.', steps: [`Hangup(${UNKNOWN})`] },
  ]);
}

/** The first line that has the number, and the next one while the one before is full or dead. */
function branchNumbers({ gateways }: LabPlan): readonly Step[] {
  const lines = new Map<string, GatewayPlan[]>();
  for (const gateway of gateways) {
    for (const number of gateway.numbers.flatMap(({ first, last }) => eachNumber(first, last))) {
      lines.set(number, [...(lines.get(number) ?? []), gateway]);
    }
  }
  return [...lines].map(([number, down]) => ({
    pattern: number,
    steps: [...down.map(({ name }) => `Gosub(to-${name},\${EXTEN},1)`), 'Hangup(${CAUSE})'],
  }));
}

const MOST_NUMBERS = 1_000;

export function eachNumber(first: string, last: string): readonly string[] {
  const from = BigInt(first.slice(1));
  const count = Number(BigInt(last.slice(1)) - from) + 1;
  if (!(count >= 1 && count <= MOST_NUMBERS)) {
    throw new Error(`'${first}' to '${last}' is not a block of 1 to ${MOST_NUMBERS} numbers.`);
  }
  return Array.from({ length: count }, (_, i) => `+${from + BigInt(i)}`);
}

function toBranch(gateway: GatewayPlan, { pstn: { country } }: LabPlan): string {
  const { name, channels, format } = gateway;
  const shown = format === 'e164' ? '${EXTEN}' : nationally('${EXTEN}', country.code);
  const caller = format === 'e164' ? '${CALLERID(num)}' : nationally('${CALLERID(num)}', country.code);
  return context(`to-${name}`, [
    {
      pattern: '_+X.',
      steps: [
        `Set(CAUSE=${NO_CIRCUIT})`,
        ...takeChannel(name, channels, 'Goto(next,1)'),
        `Set(SHOWN=${shown})`,
        `Set(OWN=\${CALLERID(num)})`,
        `ExecIf($["\${OWN:0:1}" = "+"]?Set(CALLERID(num)=${caller}))`,
        `Dial(PJSIP/\${SHOWN}@${gatewayEndpoint(gateway)},300)`,
        'Set(CAUSE=${HANGUPCAUSE})',
        'Set(CALLERID(num)=${OWN})',
        // Only a dead line is passed over: who refuses, or hangs up, has been asked.
        'ExecIf($["${DIALSTATUS}" != "CHANUNAVAIL"]?Hangup(${CAUSE}))',
        `Set(CAUSE=${OUT_OF_ORDER})`,
        'Goto(next,1)',
      ],
    },
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
