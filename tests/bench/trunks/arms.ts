/** The product and the plain engine, both up, each with the same lines on a net of its own, and a telephone that calls out by them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPacer, type Pacer } from '@branchline/lab/rtp/pacer';
import { silence } from '@branchline/lab/rtp/sources';
import { UserAgent } from '@branchline/lab/sip/user-agent';
import { BenchBranch } from '../rig/branch.ts';
import type { Arm, Bench } from '../rig/context.ts';
import { phoneNames } from '../rig/document.ts';
import { startPeer } from '../rig/peer.ts';
import { BenchGateways } from './gateways.ts';
import { PLAIN_PASSWORD, plainPhone } from './plain-files.ts';
import { COMMUNITY, trunksDocument, type BenchLine } from './plan.ts';

export interface TrunkArm {
  readonly gateways: BenchGateways;
  readonly phone: UserAgent;
}

export interface Arms {
  readonly branch: BenchBranch;
  readonly arms: Readonly<Record<Arm, TrunkArm>>;
  /** The plain engine's directory. */
  readonly plainDir: string;
  stop(): Promise<void>;
}

const UP_MS = 60_000;
const REGISTER_MS = 30_000;

/** `plain`: the lines that the plain engine has as well. */
export async function startArms(
  { engineRoot }: Bench,
  lines: readonly BenchLine[],
  plain: (line: BenchLine) => boolean,
): Promise<Arms> {
  const branch = await BenchBranch.start({
    engineRoot,
    document: (gateway) => trunksDocument(netOf(gateway), lines),
    headquarters: false,
    atRest: true,
  });
  const opened: { close(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(opened.map((each) => each.close()));
    await branch.stop();
  };
  try {
    const secrets = join(branch.dir, 'box/secrets.json');
    writeFileSync(secrets, JSON.stringify({ community: COMMUNITY }), { mode: 0o600 });
    const pacer = createPacer();
    const gateways = await BenchGateways.open(branch.net, lines, pacer);
    opened.push(gateways);
    branch.startEngine();
    await branch.startBox();
    const peer = await startPeer(branch, branch.programs, 'tests/bench/trunks/plain-engine.ts');
    const plainGateways = await BenchGateways.open(peer.net, lines.filter(plain), pacer);
    opened.push(plainGateways);
    const [name = ''] = phoneNames(1);
    const phone = await telephone(pacer, branch.net, name, branch.phoneSecrets[name] ?? '');
    const plainTelephone = await telephone(pacer, peer.net, name, PLAIN_PASSWORD);
    opened.push(phone, plainTelephone);
    await branch.box.untilLive(
      ({ trunks }) => Object.values(trunks).every(({ state }) => state === 'up'),
      UP_MS,
    );
    return {
      branch,
      arms: { ours: { gateways, phone }, peer: { gateways: plainGateways, phone: plainTelephone } },
      plainDir: peer.dir,
      stop,
    };
  } catch (error) {
    const words = ['peer', 'box', 'engine'].map((each) => `--- ${each}\n${branch.programs.lastWords(each)}`);
    await stop();
    throw new Error(`the lines did not come up: ${String(error)}\n${words.join('\n')}`, { cause: error });
  }
}

const netOf = (address: string): string => address.split('.').slice(0, 3).join('.');

async function telephone(pacer: Pacer, net: string, name: string, password: string): Promise<UserAgent> {
  const user = plainPhone(name);
  const phone = await UserAgent.open({
    host: `${net}.30`,
    user,
    server: { host: `${net}.10`, port: 5_060 },
    credentials: { user, password },
    pacer,
    source: silence(),
  });
  const until = performance.now() + REGISTER_MS;
  let state = await phone.register();
  while (state.kind !== 'registered' && performance.now() < until) state = await phone.register();
  if (state.kind !== 'registered')
    throw new Error(`the telephone could not register: ${JSON.stringify(state)}`);
  return phone;
}
