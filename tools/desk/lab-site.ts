/** What the lab plays round the sample branch, and the file that tells a script where everything is. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Branch, Trunk } from '@branchline/contracts/branch/model';
import { labFile, type LabFile } from '@branchline/contracts/lab';
import { readIfThere, writeFileAtomic } from '@branchline/runtime/atomic-file';
import { labPlan, type LabPlanInput } from '@branchline/lab/plan';
import { SERVICES } from '@branchline/lab/pstn/services';
import type { Secrets } from './gateway-secrets.ts';
import { repository } from '../processes.ts';
import { carriersOf, DEAD_AFTER_MS } from './cloud.ts';
import { desk, places } from './places.ts';
import { ANSWER_AFTER_MS, type SecondPlan } from './second.ts';

/** Tones that stay apart after G.711 and are no multiples of each other, in hertz. */
const PHONE_TONES = [520, 610, 730, 870, 950, 1_110, 1_310, 1_390, 1_590, 1_670];
const SUBSCRIBER_TONES = [1_030, 1_230, 1_470, 1_770];
const SUBSCRIBERS = ['+8613900000001', '+8613900000002', '+8613900000003', '+8657187000004'];

export function knownLabFile(): LabFile | undefined {
  const text = readIfThere(places.labFile);
  const parsed = text === undefined ? undefined : labFile.safeParse(JSON.parse(text));
  return parsed?.success ? parsed.data : undefined;
}

export function makeLabFile(
  branch: Branch,
  phoneSecrets: Readonly<Record<string, string>>,
  passwords: { box?: string; headquarters?: string },
  second: NonNullable<LabFile['second']>,
): LabFile {
  const before = knownLabFile();
  const boxPassword = passwords.box ?? before?.box.page.password;
  const hqPassword = passwords.headquarters ?? before?.headquarters.password;
  return {
    version: 1,
    box: {
      id: branch.site.id,
      page: {
        url: `http://${desk.boxPage}/`,
        ...(boxPassword === undefined ? {} : { password: boxPassword }),
      },
      sip: { ...desk.boxSip },
    },
    headquarters: {
      url: `http://${desk.hqPage}/`,
      ...(hqPassword === undefined ? {} : { password: hqPassword }),
    },
    second,
    exchange: { ...desk.exchange },
    control: `http://${desk.labControl.host}:${desk.labControl.port}/`,
    gateways: gatewaysHere(branch),
    ups: upsHere(branch),
    contacts: wired(branch).flatMap(({ name, role }) => (SWITCHED.includes(role) ? [name] : [])),
    ...(asksTime(branch) && { time: { ...desk.time } }),
    phones: Object.values(branch.phones).flatMap(({ name, owner }, index) =>
      owner
        ? [
            {
              name,
              extension: owner.extension,
              user: `phone-${name}`,
              password: phoneSecrets[name] ?? '',
              tone: PHONE_TONES[index % PHONE_TONES.length] ?? 600,
            },
          ]
        : [],
    ),
    subscribers: SUBSCRIBERS.map((number, index) => ({
      number,
      user: number.slice(1),
      password: before?.subscribers[index]?.password ?? randomBytes(12).toString('hex'),
      tone: SUBSCRIBER_TONES[index] ?? 1_000,
    })),
    numbers: {
      branch: Object.fromEntries(
        Object.values(branch.numbers).flatMap(({ name, number }) =>
          forwardedTo(branch).includes(number) ? [] : [[name, number]],
        ),
      ),
      network: SERVICES.map(({ number, answers }) => ({ number, answers })),
    },
    places: {
      box: places.box,
      headquarters: places.headquarters,
      logs: places.logs,
      recordings: join(places.box, 'recordings'),
    },
  };
}

export function writeLab(file: LabFile, branch: Branch, secrets: Secrets, second: SecondPlan): void {
  const plan: LabPlanInput = {
    box: file.box.sip,
    pstn: {
      engineRoot: places.engineRoot,
      instance: join(places.lab, 'pstn'),
      exchange: file.exchange,
      rtp: desk.labRtp,
      country: { code: '86', area: '571' },
      carriers: carriersOf(branch, secrets),
      numbers: huntedOf(branch),
    },
    gateways: [
      ...file.gateways.map(({ name, sip, channels }) => ({
        name,
        address: sip,
        channels,
        numbers: trunksBehind(branch, name).flatMap((trunk) =>
          isHunted(branch, trunk) ? [] : trunk.numbers,
        ),
        ...forwardsOf(branch, name),
        behind: desk.behindGateway,
        deadAfterMs: DEAD_AFTER_MS,
        ...agentOf(branch, name, secrets),
        ...consoleOf(branch, name, channels, secrets),
      })),
      ...second.gateways,
    ],
    ups: file.ups,
    gpio: { tools: places.gpioTools, contacts: wired(branch) },
    uplink: {
      at: desk.uplink,
      to: desk.hqBroker,
      relay: join(repository, 'lab/uplinks/relay-process.ts'),
    },
    ...(file.time && { time: file.time }),
    control: desk.labControl,
    phones: [
      ...file.phones.map((phone) => ({
        ...phone,
        answerAfterMs: ANSWER_AFTER_MS,
        ...(branch.continuity && { second: desk.cloud.sip }),
      })),
      ...second.phones,
    ],
    subscribers: file.subscribers,
    traffic: { numbers: [...Object.values(file.numbers.branch), ...second.numbers] },
  };
  labPlan.parse(plan);
  writeFileAtomic(places.labPlan, JSON.stringify(plan, null, 2), 0o600);
  writeFileAtomic(places.labFile, `${JSON.stringify(file, null, 2)}\n`, 0o600);
}

/** Those of the document that stand where the lab's do: a desk may have a document of before, or one of its own. */
const gatewaysHere = (branch: Branch): LabFile['gateways'] =>
  Object.values(branch.gateways)
    .filter(({ address }) => desk.gateways.some(({ host }) => host === address.host))
    .map(({ name, address }) => ({
      name,
      sip: { ...address },
      channels: trunksBehind(branch, name).reduce((sum, trunk) => sum + trunk.channels, 0) || 30,
    }));

/** Those that the document asks at a serial server of this desk. */
const upsHere = (branch: Branch): LabFile['ups'] =>
  Object.values(branch.power.ups).flatMap((ups) =>
    ups.driver !== 'nut' && ups.port.kind === 'tcp' && ups.port.host.startsWith('127.')
      ? [{ name: ups.name, server: { host: ups.port.host, port: ups.port.port } }]
      : [],
  );

/** Whether the clock of the box is judged by the lab's time server. */
export const asksTime = ({ clock }: Pick<Branch, 'clock'>): boolean =>
  clock.servers.some(({ host, port }) => host === desk.time.host && port === desk.time.port);

/** What a hand can move. */
const SWITCHED: readonly string[] = ['tamper', 'door', 'button'];

/** All that the document has at offsets of a chip hangs on the lab's: this desk has no other. */
function wired({ contacts }: Branch): NonNullable<LabPlanInput['gpio']>['contacts'] {
  const { lifeline, loads, signals, inputs } = contacts;
  const all = [
    ...(lifeline ? [{ ...lifeline, role: 'lifeline-relay' }] : []),
    ...loads.map((one) => ({ ...one, role: 'load-relay' })),
    ...signals,
    ...inputs,
  ];
  return all.flatMap(({ name, role, at, activeLow }) =>
    at.driver === 'character-device' && typeof at.line === 'number'
      ? [{ name, role, line: at.line, activeLow }]
      : [],
  );
}

/** Of a trunk with numbers that the stand-in has too: they are tried at the line first. */
function isHunted({ continuity, numbers }: Branch, { numbers: blocks, forwarding }: Trunk): boolean {
  // Its exchange brings them to the cloud, by another number.
  if (forwarding) return false;
  const moved = (continuity?.numbers ?? []).map((name) => BigInt((numbers[name]?.number ?? '+0').slice(1)));
  return blocks.some(({ first, last }) =>
    moved.some((one) => one >= BigInt(first.slice(1)) && one <= BigInt(last.slice(1))),
  );
}

function huntedOf(branch: Branch): NonNullable<LabPlanInput['pstn']['numbers']> {
  const account = Object.values(branch.gateways).find(({ line }) => line?.standIn)?.line?.standIn?.username;
  if (account === undefined) return [];
  const hunted = Object.values(branch.trunks).flatMap((trunk) =>
    isHunted(branch, trunk)
      ? trunk.numbers.map((block) => ({ ...block, targets: [trunk.gateway, account] }))
      : [],
  );
  const forwarded = forwardedTo(branch).map((number) => ({
    first: number,
    last: number,
    targets: [account],
  }));
  return [...hunted, ...forwarded];
}

/** Numbers of the stand-in's own account, which exchanges forward to. */
const forwardedTo = ({ trunks }: Branch): string[] => [
  ...new Set(Object.values(trunks).flatMap(({ forwarding }) => forwarding?.to ?? [])),
];

/** An exchange has one time for all lines of a gateway. */
function forwardsOf(branch: Branch, gateway: string): Pick<GatewayInput, 'forwardsAfterS'> {
  const times = trunksBehind(branch, gateway).flatMap(({ forwarding }) => forwarding?.afterMs ?? []);
  return times.length === 0 ? {} : { forwardsAfterS: Math.max(1, Math.round(Math.max(...times) / 1_000)) };
}

const trunksBehind = (branch: Branch, gateway: string): readonly Trunk[] =>
  Object.values(branch.trunks).filter((trunk) => trunk.gateway === gateway);

type GatewayInput = NonNullable<LabPlanInput['gateways']>[number];

/** The gateway's SNMP agent, where the document asks one. */
function agentOf(branch: Branch, gateway: string, secrets: Secrets): Pick<GatewayInput, 'snmp'> {
  const snmp = branch.gateways[gateway]?.watch?.snmp;
  const community = snmp && secrets[snmp.secret];
  if (!snmp || community === undefined) return {};
  const traps = { host: desk.boxSip.host, port: branch.gatewayEvents.traps };
  return { snmp: { port: snmp.port, community, traps } };
}

/** The gateway's console behind a serial server, where the document asks at one. */
function consoleOf(
  branch: Branch,
  gateway: string,
  channels: number,
  secrets: Secrets,
): Pick<GatewayInput, 'console'> {
  const asked = branch.gateways[gateway]?.watch?.console;
  const password = asked?.secret === undefined ? undefined : secrets[asked.secret];
  if (asked?.port.kind !== 'tcp' || password === undefined) return {};
  return { console: { port: asked.port.port, user: asked.user ?? 'admin', password, ports: channels } };
}
