/** A gateway of the lab that can fail like a real one: one switch a fault, and everything that can be seen of it tells the same. */
import type { LabFault } from '@branchline/contracts/lab';
import { createTimers } from '../timers.ts';
import type { Endpoint } from '../udp.ts';
import { LineAgent, type AgentPlan } from './agent.ts';
import { GatewayConsole, type ConsolePlan } from './console.ts';
import { SipRelay, type RelayPlan } from './relay.ts';
import { Reports } from './reports.ts';
import { StatusPage } from './status-page.ts';
import { storyOf, type Story } from './story.ts';

export interface LabGatewayPlan {
  readonly name: string;
  readonly address: Endpoint;
  readonly channels: number;
  /** The side that calls go through; without it the gateway can only be looked at. */
  readonly sip?: Pick<RelayPlan, 'behind' | 'box' | 'deadAfterMs'>;
  readonly snmp?: Omit<AgentPlan, 'host' | 'channels'>;
  readonly console?: ConsolePlan & { readonly port: number };
  readonly http?: { readonly port: number };
  readonly syslog?: Endpoint;
  /** How late it is with the fault 'late', ms; 4000 by default. */
  readonly lateMs?: number;
}

/** How long a flapping line is up, and down, ms. */
const FLAP_MS = 1_500;

export class LabGateway {
  readonly name: string;
  readonly channels: number;
  readonly relay: SipRelay | undefined;
  readonly agent: LineAgent | undefined;
  readonly console: GatewayConsole | undefined;
  readonly page: StatusPage | undefined;
  readonly reports: Reports | undefined;
  readonly #timers = createTimers();
  readonly #faults = new Set<LabFault>();
  readonly #lateMs: number | undefined;
  #flappedDown = false;
  #endFlap: (() => void) | undefined;

  private constructor(plan: LabGatewayPlan, parts: Parts) {
    this.name = plan.name;
    this.channels = plan.channels;
    this.#lateMs = plan.lateMs;
    this.relay = parts.relay;
    this.agent = parts.agent;
    this.console = parts.console;
    this.page = parts.page;
    this.reports = parts.reports;
    this.#tell();
  }

  static async open(plan: LabGatewayPlan): Promise<LabGateway> {
    const { address, channels, sip, snmp, http, syslog } = plan;
    const { host } = address;
    const parts: Parts = {
      relay: sip && (await SipRelay.open({ ...sip, address, channels })),
      agent: snmp && new LineAgent({ ...snmp, host, channels }),
      console: plan.console && new GatewayConsole(plan.console),
      page: http && new StatusPage(channels),
      reports: syslog && (await Reports.open(host, syslog)),
    };
    await parts.console?.serve(host, plan.console?.port ?? 0);
    await parts.page?.serve(host, http?.port ?? 0);
    return new LabGateway(plan, parts);
  }

  get faults(): readonly LabFault[] {
    return [...this.#faults].sort();
  }

  get story(): Story {
    const faults = new Set(this.#faults);
    if (this.#flappedDown) faults.add('los');
    return storyOf(faults, this.channels, this.#lateMs);
  }

  /** Switches a fault on or off; a fault that is so already changes nothing. */
  fault(name: LabFault, on: boolean): void {
    if (this.#faults.has(name) === on) return;
    if (on) this.#faults.add(name);
    else this.#faults.delete(name);
    if (name === 'flap') this.#flap(on);
    else this.#tell();
  }

  async close(): Promise<void> {
    this.#timers.clear();
    this.agent?.close();
    await Promise.all([
      this.relay?.close(),
      this.console?.close(),
      this.page?.close(),
      this.reports?.close(),
    ]);
  }

  #flap(on: boolean): void {
    this.#endFlap?.();
    this.#flappedDown = on;
    this.#tell();
    if (!on) return;
    const turn = (): void => {
      this.#endFlap = this.#timers.after(FLAP_MS, () => {
        this.#flappedDown = !this.#flappedDown;
        this.#tell();
        turn();
      });
    };
    turn();
  }

  #tell(): void {
    const { story } = this;
    this.relay?.tell(story.sip, story.blockedChannels);
    this.agent?.tell(story);
    this.console?.tell(story);
    this.page?.tell(story);
    this.reports?.tell(story);
  }
}

interface Parts {
  readonly relay: SipRelay | undefined;
  readonly agent: LineAgent | undefined;
  readonly console: GatewayConsole | undefined;
  readonly page: StatusPage | undefined;
  readonly reports: Reports | undefined;
}
