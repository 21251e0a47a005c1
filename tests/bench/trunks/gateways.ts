/** The far side of every line: a gateway that can fail, and behind it a network that is busy whatever is dialled. */
import { LabGateway } from '@branchline/lab/gateways/gateway';
import type { Pacer } from '@branchline/lab/rtp/pacer';
import { silence } from '@branchline/lab/rtp/sources';
import { UserAgent } from '@branchline/lab/sip/user-agent';
import { Signals } from '@branchline/lab/signals';
import { BEHIND, COMMUNITY, SNMP_PORT, type BenchLine } from './plan.ts';

/** ITU-T Q.850 'user busy': the line has done its work, and the call is over at once. */
const BUSY = { status: 486, cause: 17 };
const TRAPS_PORT = 1_162;

export interface Arrived {
  readonly line: string;
  readonly dialled: string;
  /** performance.now() when its INVITE had come. */
  readonly at: number;
}

export class BenchGateways extends Signals<{ arrived: Arrived }> {
  readonly #gateways = new Map<string, LabGateway>();
  readonly #networks: UserAgent[] = [];

  private constructor() {
    super('The gateways of the bench');
  }

  /** `net`: the first three parts of every address. */
  static async open(net: string, lines: readonly BenchLine[], pacer: Pacer): Promise<BenchGateways> {
    const gateways = new BenchGateways();
    for (const line of lines) await gateways.#open(net, line, pacer);
    return gateways;
  }

  get(line: string): LabGateway {
    const gateway = this.#gateways.get(line);
    if (!gateway) throw new Error(`no gateway ${line}`);
    return gateway;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#gateways.values(), ...this.#networks].map((each) => each.close()));
  }

  async #open(net: string, { name, use, host, kind }: BenchLine, pacer: Pacer): Promise<void> {
    const address = `${net}.${host}`;
    const box = { host: `${net}.10`, port: 5_060 };
    const isWatched = use === 'trap' || use === 'poll';
    const traps = use === 'trap' ? { traps: { host: box.host, port: TRAPS_PORT } } : {};
    const gateway = await LabGateway.open({
      name,
      address: { host: address, port: 5_060 },
      channels: kind === 'e1' ? 30 : 4,
      sip: { behind: BEHIND, box },
      ...(isWatched ? { snmp: { port: SNMP_PORT, community: COMMUNITY, ...traps } } : {}),
    });
    this.#gateways.set(name, gateway);
    const network = await UserAgent.open({
      host: address,
      port: BEHIND.engine,
      user: 'network',
      server: { host: address, port: BEHIND.relay },
      pacer,
      source: silence(),
    });
    this.#networks.push(network);
    network.on('incoming', (call) => {
      this.emit('arrived', { line: name, dialled: call.called, at: performance.now() });
      call.reject(BUSY.status, BUSY.cause);
    });
  }
}
