/**
 * The dial plan of the public network.
 *
 * from-box, from-subscriber: a call enters; a gateway's channels are counted. dialled: what was dialled becomes E.164.
 * network: who has the number. to-NAME: down a gateway's line or to an account of a carrier, in the carrier's way of writing numbers;
 * it comes back when that target is dead or full.
 */
import type { GatewayPlan, LabPlan } from '../plan.ts';
import { ROUTES } from './routes.ts';
import { targetContexts, takeChannel } from './targets-conf.ts';
import { eachNumber } from './numbers.ts';
import { codesFromBox, starCodes } from './star-codes.ts';
import { SERVICES, type ServiceKind } from './services.ts';
import { context, type Step } from './text.ts';

/** Q.850 causes that a call is refused with. */
const UNKNOWN = 1;
const NO_CIRCUIT = 34;
const ABSENT = 20;

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
    fromBox(plan),
    context('from-subscriber', [{ pattern: '_[+0-9]!', steps: ['Goto(dialled,${EXTEN},1)'] }]),
    dialled(plan),
    emergency(),
    speech(),
    starCodes(plan.gateways),
    network(plan),
    ...targetContexts(plan),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** 's' is what OPTIONS asks for. */
function fromBox({ gateways }: LabPlan): string {
  return context('from-box', [
    { pattern: 's', steps: [`Hangup(${UNKNOWN})`] },
    {
      pattern: '_[+0-9]!',
      steps: [
        ...takeChannel('${GATEWAY}', '${CHANNELS}', `Hangup(${NO_CIRCUIT})`),
        'Goto(dialled,${EXTEN},1)',
      ],
    },
    ...codesFromBox(gateways),
  ]);
}

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
    ...huntedNumbers(plan),
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

function huntedNumbers({ pstn: { numbers } }: LabPlan): readonly Step[] {
  return numbers.flatMap(({ first, last, targets, routed }) =>
    eachNumber(first, last).map((number) => ({
      pattern: number,
      steps: [
        ...(routed
          ? [`Set(TO=\${FILE(${ROUTES.inside}/\${EXTEN},0,64)})`, 'Gosub(to-${TO},${EXTEN},1)']
          : targets.map((name) => `Gosub(to-${name},\${EXTEN},1)`)),
        'Hangup(${CAUSE})',
      ],
    })),
  );
}
