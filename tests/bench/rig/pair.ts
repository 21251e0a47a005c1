/** The product and its peer, both up, each with phones and a gateway of its own. */
import { BenchBranch } from './branch.ts';
import type { Arm, Bench } from './context.ts';
import { benchDocument } from './document.ts';
import { Load } from './load.ts';
import { startPeer, type Peer } from './peer.ts';

export interface Pair {
  readonly branch: BenchBranch;
  readonly peer: Peer;
  readonly loads: Readonly<Record<Arm, Load>>;
  /** The processes whose work is counted: service and engine, or the peer's engine. */
  readonly pids: (arm: Arm) => readonly number[];
  stop(): Promise<void>;
}

const REACHABLE_MS = 30_000;

export async function startPair({ engineRoot }: Bench, agents: number): Promise<Pair> {
  const branch = await BenchBranch.start({
    engineRoot,
    document: (gateway) => benchDocument({ gateway, agents }),
    headquarters: true,
  });
  try {
    const peer = await startPeer(branch, branch.programs);
    const open = ({ sip, net, gateway }: { sip: Peer['sip']; net: string; gateway: string }): Promise<Load> =>
      Load.open({ server: sip, net, gateway, secrets: branch.phoneSecrets, agents });
    const loads = { ours: await open(branch), peer: await open(peer) };
    await branch.box.untilLive(
      (live) =>
        Object.values(live.phones).every((phone) => phone.reachable) &&
        Object.values(live.trunks).every((trunk) => trunk.state === 'up'),
      REACHABLE_MS,
    );
    const pid = (name: string): number => branch.programs.pid(name);
    return {
      branch,
      peer,
      loads,
      pids: (arm) => (arm === 'ours' ? [pid('engine'), pid('box')] : [pid('peer')]),
      stop: async () => {
        await Promise.all([loads.ours.close(), loads.peer.close()]);
        await branch.stop();
      },
    };
  } catch (error) {
    const words = `${branch.programs.lastWords('peer')}\n${branch.programs.lastWords('box')}`;
    await branch.stop();
    throw new Error(`the peer did not start: ${String(error)}\n${words}`, { cause: error });
  }
}
