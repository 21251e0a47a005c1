/** Phones that answer and a gateway that calls, the same for every arm: real SIP, and G.711 both ways where a call is answered. */
import { createPacer, type Pacer } from '@branchline/lab/rtp/pacer';
import { silence } from '@branchline/lab/rtp/sources';
import type { IncomingCall } from '@branchline/lab/sip/incoming-call';
import type { OutgoingCall } from '@branchline/lab/sip/outgoing-call';
import { UserAgent } from '@branchline/lab/sip/user-agent';
import { phoneNames } from './document.ts';

export interface LoadOrder {
  readonly server: { readonly host: string; readonly port: number };
  readonly net: string;
  readonly gateway: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly agents: number;
}

/** What an agent does with a call, from its INVITE on. */
export type AgentHabit = (call: IncomingCall, agent: number) => void;

const KEEP_MS = 20;
const REGISTER_MS = 20_000;

export class Load {
  readonly pacer: Pacer;
  readonly #gateway: UserAgent;
  readonly #agents: readonly UserAgent[];
  habit: AgentHabit = (call) => call.reject(480);

  private constructor(pacer: Pacer, gateway: UserAgent, agents: readonly UserAgent[]) {
    this.pacer = pacer;
    this.#gateway = gateway;
    this.#agents = agents;
    for (const [index, agent] of agents.entries()) agent.on('incoming', (call) => this.habit(call, index));
  }

  /** Opened and registered; an engine that still starts is waited for. */
  static async open(order: LoadOrder): Promise<Load> {
    const pacer = createPacer();
    const common = { pacer, source: silence(), keepMs: KEEP_MS, codecs: ['alaw'] as const };
    const { server, net } = order;
    const gateway = await UserAgent.open({
      ...common,
      host: order.gateway,
      port: 5060,
      user: '+8613900000001',
      server,
    });
    const agents = await Promise.all(
      phoneNames(order.agents).map((name, index) =>
        UserAgent.open({
          ...common,
          host: `${net}.${30 + index}`,
          user: `phone-${name}`,
          server,
          credentials: { user: `phone-${name}`, password: order.secrets[name] ?? '' },
        }),
      ),
    );
    const load = new Load(pacer, gateway, agents);
    await load.#register();
    return load;
  }

  async #register(): Promise<void> {
    const until = performance.now() + REGISTER_MS;
    for (const agent of this.#agents) {
      let state = await agent.register();
      while (state.kind !== 'registered' && performance.now() < until) state = await agent.register();
      if (state.kind !== 'registered')
        throw new Error(`a phone could not register: ${JSON.stringify(state)}`);
    }
  }

  /** The INVITE has left when this resolves. */
  call(number: string): Promise<OutgoingCall> {
    return this.#gateway.call(number);
  }

  /** Everybody hangs up; resolves when nothing is left. */
  async hangUpAll(): Promise<void> {
    const calls = [this.#gateway, ...this.#agents].flatMap((agent) => agent.calls);
    await Promise.allSettled(calls.map((call) => call.hangup()));
  }

  async close(): Promise<void> {
    await this.hangUpAll();
    await Promise.all([this.#gateway, ...this.#agents].map((agent) => agent.close()));
  }
}
