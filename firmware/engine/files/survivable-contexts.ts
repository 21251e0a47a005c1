/** What the engine does with a call that the firmware did not take: ring people, reach help, and write down that it happened. */
import type { Branch, Trunk } from '@branchline/contracts/branch/model';
import { endpointName } from '../names.ts';
import { INSIDE, type EngineSite } from '../settings.ts';
import { checked, context, portNumber, type Extension } from './text.ts';

/** A trunk that neither rings nor refuses within this is passed over, in seconds. */
const TRUNK_PATIENCE_S = 20;

/** The called side may transfer as the calling side may, and the moment of answer is written down. */
const LEG = 'b(survive-leg^s^1)U(survive-answered)';

export function survivableContexts(site: EngineSite): string[] {
  const { branch, birth } = site;
  const log = logTo(`${INSIDE.survivable}/${birth.id}.log`);
  const patience = Math.max(5, Math.round(branch.survival.ringMs / 1000));
  return [
    context('survive-gateway', [
      {
        match: 's',
        steps: [
          begin('inbound'),
          ...ringTogether(branch.survival.phones, branch, patience),
          'Congestion(10)',
        ],
      },
    ]),
    context('survive-phone', [{ match: 's', steps: ['Goto(survive-call,${BL_DIALLED},1)'] }]),
    // A channel of the firmware's own making has nowhere to go on to.
    context('survive-', [{ match: 's', steps: ['Hangup()'] }]),
    context(
      'survive-call',
      [...emergencies(site), { match: 'i', steps: [begin('refused'), 'Congestion(10)'] }],
      ['survive-extensions'],
    ),
    context('survive-extensions', extensions(branch, patience)),
    context('survive-begin', [{ match: 's', steps: beginSteps(log) }]),
    context('survive-leg', [{ match: 's', steps: [...CORE_TRANSFERS, 'Return()'] }]),
    context('survive-answered', [
      { match: 's', steps: [log('answered', '${BL_CALL}', '${EPOCH}', '${CHANNEL(endpoint)}'), 'Return()'] },
    ]),
    context('survive-end', [
      {
        match: 's',
        steps: [log('ended', '${BL_CALL}', '${EPOCH}', '${DIALSTATUS}', '${HANGUPCAUSE}'), 'Return()'],
      },
    ]),
  ];
}

/** With nobody to ask, the engine carries transfers out by itself, to extensions only. */
const CORE_TRANSFERS = ['Set(PJSIP_TRANSFER_HANDLING()=core)', 'Set(__TRANSFER_CONTEXT=survive-extensions)'];

const beginSteps = (log: Log): string[] => [
  'Set(__BL_CALL=${UNIQUEID})',
  'Set(CHANNEL(hangup_handler_push)=survive-end,s,1)',
  ...CORE_TRANSFERS,
  log(
    'began',
    '${UNIQUEID}',
    '${EPOCH}',
    '${ARG1}',
    '${CHANNEL(endpoint)}',
    '${FILTER(0-9+*#,${CALLERID(num)})}',
    '${BL_DIALLED}',
    '${STASISSTATUS}',
  ),
  'Return()',
];

function begin(kind: 'inbound' | 'internal' | 'emergency' | 'refused'): string {
  return `Gosub(survive-begin,s,1(${kind}))`;
}

type Log = (...fields: readonly string[]) => string;

/** One line, appended. Every field is digits, a name of ours or a word of the engine's: none can hold the separator. */
const logTo =
  (path: string): Log =>
  (...fields) =>
    `Set(FILE(${path},,,al,u)=${fields.join('|')})`;

function ringTogether(phones: readonly string[], branch: Branch, seconds: number): string[] {
  const known = phones.filter((name) => branch.phones[name] !== undefined);
  if (known.length === 0) return [];
  const dialled = known.map(
    (name) => `PJSIP/${endpointName({ kind: 'phone', name: checked('name', 'The phone', name) })}`,
  );
  return [`Dial(${dialled.join('&')},${seconds},${LEG})`];
}

function extensions(branch: Branch, patience: number): Extension[] {
  return Object.values(branch.people).map((person) => ({
    match: checked('digits', `The extension of '${person.id}'`, person.extension),
    steps: [begin('internal'), ...ringTogether(person.phones, branch, patience), 'Congestion(10)'],
  }));
}

function emergencies({ branch }: EngineSite): Extension[] {
  const attempts = emergencyTrunks(branch).flatMap(({ trunk, shown }) => [
    `Set(CALLERID(num)=${checked('digits', 'The number shown', shown)})`,
    `Dial(${trunkTarget(trunk, branch)},${TRUNK_PATIENCE_S},U(survive-answered))`,
  ]);
  return branch.site.emergencyNumbers.map((number) => ({
    match: checked('digits', 'The emergency number', number),
    steps: [begin('emergency'), ...attempts, 'Congestion(10)'],
  }));
}

/** The gateway is named with its address, so that it is tried even while it is thought to be out. */
function trunkTarget(trunk: Trunk, branch: Branch): string {
  const gateway = branch.gateways[trunk.gateway];
  if (!gateway)
    throw new Error(`The trunk '${trunk.name}' names the gateway '${trunk.gateway}', which is not there.`);
  const endpoint = endpointName({ kind: 'gateway', name: checked('name', 'The gateway', gateway.name) });
  if (gateway.line) return `PJSIP/\${EXTEN}@${endpoint}`;
  const host = checked('address', `The address of '${gateway.name}'`, gateway.address.host);
  const port = portNumber(`The port of '${gateway.name}'`, gateway.address.port);
  return `PJSIP/${endpoint}/sip:\${EXTEN}@${host}:${port}`;
}

/** In the order of the emergency routes, then every other trunk: help must be reached by whatever is there. */
function emergencyTrunks(branch: Branch): { trunk: Trunk; shown: string }[] {
  const routes = branch.routes.filter((route) => route.to.includes('emergency'));
  const anyNumber = Object.values(branch.numbers)[0]?.number;
  const named = routes.flatMap(({ via }) => via);
  const others = Object.keys(branch.trunks).filter((name) => !named.includes(name));
  const ways = [...routes, { via: others, callerId: undefined }];
  return ways.flatMap((route) =>
    route.via.flatMap((name) => {
      const trunk = branch.trunks[name];
      const shown = route.callerId ?? trunk?.numbers[0]?.first ?? anyNumber ?? '0';
      return trunk ? [{ trunk, shown }] : [];
    }),
  );
}
