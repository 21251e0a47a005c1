/** The peer beside the product: the same engine with app_queue and Dial, for the same phones and gateway on a net of its own. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freeUdpRange } from '@branchline/lab/udp';
import type { SiteFile } from '@branchline/firmware/engine/instance/site-file';
import type { BenchBranch } from './branch.ts';
import { freeTcpPort } from '@branchline/lab/tcp';
import type { Programs } from './programs.ts';

const padded = (index: number): string => String(index).padStart(3, '0');

/** What is dialled at the peer's gateway for each way a call can take. */
export const PEER_NUMBERS = {
  queue: '9001',
  /** Without Answer(): app_queue then never waits for the caller's audio. */
  queueUnanswered: '9002',
  dial: (agent: number) => `91${padded(agent)}`,
  recorded: (agent: number) => `92${padded(agent)}`,
  bridged: (agent: number) => `93${padded(agent)}`,
} as const;

const RTP_PORTS = 1_200;

export interface Peer {
  /** Of the program in the branch's programs. */
  readonly name: 'peer';
  readonly net: string;
  readonly sip: { readonly host: string; readonly port: number };
  readonly gateway: string;
  /** Of the engine's instance. */
  readonly dir: string;
}

/** Started among the programs of the branch whose document it follows; ends with them. `script` becomes the engine. */
export async function startPeer(
  branch: BenchBranch,
  programs: Programs,
  script = 'tests/bench/rig/peer-engine.ts',
): Promise<Peer> {
  const net = branch.net.replace(/\.\d+$/, '.200');
  const dir = join(branch.dir, 'peer');
  mkdirSync(dir, { recursive: true });
  const rtp = await freeUdpRange('127.0.0.1', RTP_PORTS);
  const sitePath = join(branch.dir, 'box/engine-site.json');
  const text = readFileSync(sitePath, 'utf8').replaceAll(`${branch.net}.`, `${net}.`);
  const { recordings: _, ...site } = JSON.parse(text) as SiteFile;
  const settings = {
    ...site.settings,
    rtp: { first: rtp, last: rtp + RTP_PORTS - 1 },
    ari: { port: await freeTcpPort() },
  };
  const own = join(branch.dir, 'peer-site.json');
  writeFileSync(own, JSON.stringify({ ...site, settings }), { mode: 0o600 });
  const args = [branch.order.engineRoot, dir, own];
  programs.start('peer', 'measured', { script, args });
  return { name: 'peer', net, sip: { host: `${net}.10`, port: 5060 }, gateway: `${net}.11`, dir };
}
