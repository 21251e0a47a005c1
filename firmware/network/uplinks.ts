/** The shell round the uplinks of the document: reads their interfaces, has one of them used, counts what goes over them, tells what changes. */
import type { NetworkRules, Uplink } from '@branchline/contracts/branch/network';
import type { UplinkHealth } from '@branchline/contracts/network';
import type { NetHost } from './net-host.ts';
import { choose, noChoice, type Change, type Choice } from './chooser.ts';
import { clearUplinkAlarms, tellNotSwitched, tellUplinkAlarms } from './network-alarms.ts';
import type { PathsDeps } from './paths.ts';
import { noTraffic, trafficStep, usageStep, type Traffic, type Usage } from './traffic.ts';
import { becauseOf, newUplink, uplinkStep, type UplinkEvent, type UplinkState } from './uplink-state.ts';
import { uplinkHealth } from './view.ts';

export interface UplinksDeps extends PathsDeps {
  readonly limits: () => NetworkRules;
  /** The one to be preferred first. */
  readonly uplinks: () => readonly Uplink[];
  readonly host: NetHost;
  /** As '2026-11', in the branch's time zone. */
  readonly month: (now: number) => string;
  readonly kept: (key: string) => unknown;
  readonly keep: (key: string, value: unknown) => void;
  /** What the machine sends leaves by another interface than before. */
  readonly onSwitched: (device: string) => void;
}

interface Watched {
  readonly uplink: Uplink;
  state: UplinkState;
  address: string | undefined;
  traffic: Traffic;
  usage: Usage | undefined;
  /** Nobody but headquarters was asked, and it did not answer: that need not be the uplink's fault. */
  alone: boolean;
}

const COUNT_EVERY_MS = 10_000;
const KEEP_EVERY_MS = 300_000;
/** Who carries out the wish has so long, ms. */
const SWITCHED_WITHIN_MS = 20_000;
const KEPT_USED = 'network/used';
const KEPT_USAGE = 'network/usage/';

export class Uplinks {
  readonly #deps: UplinksDeps;
  readonly #watched = new Map<string, Watched>();
  #choice: Choice;
  #device: string | undefined;
  #wishedAt = -Infinity;
  #countedAt = -Infinity;
  #keptAt: number;

  constructor(deps: UplinksDeps) {
    this.#deps = deps;
    const used = deps.kept(KEPT_USED);
    this.#choice = noChoice(typeof used === 'string' ? used : undefined);
    this.#keptAt = deps.clock.monotonic();
    this.follow();
  }

  /** Another document is in force. */
  follow(): void {
    const { uplinks, kept, alarms } = this.#deps;
    const wanted = new Map(uplinks().map((uplink) => [uplink.name, uplink]));
    const known = new Map(this.#watched);
    this.#watched.clear();
    for (const [name, uplink] of wanted) {
      const before = known.get(name);
      const same = before?.uplink.interface === uplink.interface ? before : undefined;
      this.#watched.set(name, same ? { ...same, uplink } : this.#fresh(uplink, kept(KEPT_USAGE + name)));
    }
    for (const name of known.keys()) if (!wanted.has(name)) clearUplinkAlarms(alarms, name);
    if (wanted.size === 0) tellNotSwitched(alarms, undefined);
  }

  all(): readonly Uplink[] {
    return [...this.#watched.values()].map(({ uplink }) => uplink);
  }

  state(name: string): UplinkState | undefined {
    return this.#watched.get(name)?.state;
  }

  /** The IPv4 address to send from, by the last look. */
  addressOf(name: string): string | undefined {
    return this.#watched.get(name)?.address;
  }

  /** The one that the machine sends by; before that is known, the one that was chosen. */
  used(): string | undefined {
    const sent = this.all().find((uplink) => uplink.interface === this.#device);
    return sent?.name ?? this.#choice.used;
  }

  probed(name: string, ms: number | null, alone: boolean): void {
    const watched = this.#watched.get(name);
    if (!watched) return;
    watched.alone = ms === null && alone;
    this.#tell(watched, { type: 'probed', ms });
    this.#decide();
  }

  /** Looks at the interfaces, the counters and the default route. Cheap: call it every other second. */
  async look(): Promise<void> {
    if (this.#watched.size === 0) return;
    const { host, clock } = this.#deps;
    for (const watched of [...this.#watched.values()]) {
      const { fault, address } = await host.link(watched.uplink.interface);
      watched.address = address;
      this.#tell(watched, { type: 'link', fault });
    }
    this.#route(await host.defaultInterface());
    if (clock.monotonic() - this.#countedAt >= COUNT_EVERY_MS) await this.count();
    this.#decide();
  }

  async count(): Promise<void> {
    const { host, clock, limits, month, alarms } = this.#deps;
    const [counters, boot] = await Promise.all([host.counters(), host.boot()]);
    const at = clock.monotonic();
    this.#countedAt = at;
    for (const watched of this.#watched.values()) {
      const { uplink, usage } = watched;
      const last = counters.get(uplink.interface);
      if (!last) continue;
      watched.traffic = trafficStep(
        watched.traffic,
        { at, ...last },
        uplink.capacity,
        limits().bandwidthPercent,
      );
      watched.usage = usageStep(usage, { last, boot, month: month(clock.now()) });
      tellUplinkAlarms(alarms, this.#view(watched), watched.traffic.busy);
    }
    if (at - this.#keptAt >= KEEP_EVERY_MS) this.keep();
  }

  /** What was counted, for the next start. */
  keep(): void {
    this.#keptAt = this.#deps.clock.monotonic();
    for (const [name, { usage }] of this.#watched) if (usage) this.#deps.keep(KEPT_USAGE + name, usage);
  }

  health(): readonly UplinkHealth[] {
    return [...this.#watched.values()].map((watched) => this.#view(watched));
  }

  #fresh(uplink: Uplink, usage: unknown): Watched {
    return {
      ...{ uplink, state: newUplink(this.#moment()), traffic: noTraffic, alone: false },
      ...{ address: undefined, usage: usage as Usage | undefined },
    };
  }

  #tell(watched: Watched, event: UplinkEvent): void {
    const { limits, append, log, onChange, alarms } = this.#deps;
    const at = this.#moment();
    const { state, effects } = uplinkStep(watched.state, event, at, limits());
    watched.state = state;
    const { name } = watched.uplink;
    const because = becauseOf(state);
    for (const { from, lastedMs } of effects) {
      log.info({ uplink: name, from, state: state.condition, because }, 'an uplink');
      const body = { uplink: name, from, state: state.condition, lastedMs, ...(because && { because }) };
      append([{ type: 'uplink.changed', at: at.now, body }]);
      onChange();
    }
    // Each of them may show whose fault it is that another hears nothing.
    if (effects.length > 0)
      for (const one of this.#watched.values()) tellUplinkAlarms(alarms, this.#view(one), one.traffic.busy);
  }

  #decide(): void {
    const { clock, limits } = this.#deps;
    const candidates = [...this.#watched].map(([name, { state }]) => ({
      ...{ name, condition: isInDoubt(state) ? 'unknown' : state.condition },
      sinceMonotonic: state.sinceMonotonic,
    }));
    const { state, effects } = choose(this.#choice, candidates, clock.monotonic(), limits().wayBackMs);
    this.#choice = state;
    for (const change of effects) this.#use(change);
    this.#checkSwitched();
  }

  #use({ uplink: name, from, because }: Change): void {
    const { host, log, append, keep, clock, onChange } = this.#deps;
    const uplink = this.#watched.get(name)?.uplink;
    if (!uplink) return;
    log.info({ uplink: name, from, because }, 'another uplink is to be used');
    append([
      {
        type: 'uplink.chosen',
        at: clock.now(),
        body: { uplink: name, because, ...(from !== undefined && { from }) },
      },
    ]);
    keep(KEPT_USED, name);
    this.#wishedAt = clock.monotonic();
    try {
      host.wish(uplink.interface);
    } catch (error) {
      log.error({ err: error, uplink: name }, 'the wish for another uplink cannot be written');
    }
    onChange();
  }

  #route(device: string | undefined): void {
    const before = this.#device;
    this.#device = device;
    if (device === undefined || device === before || before === undefined) return;
    this.#deps.log.info({ from: before, to: device }, 'what is sent leaves by another interface');
    this.#deps.onSwitched(device);
    this.#deps.onChange();
  }

  #checkSwitched(): void {
    const chosen = this.#watched.get(this.#choice.used ?? '');
    const is = chosen === undefined || chosen.uplink.interface === this.#device;
    const late = this.#deps.clock.monotonic() - this.#wishedAt > SWITCHED_WITHIN_MS;
    if (is || chosen.state.condition === 'down') tellNotSwitched(this.#deps.alarms, undefined);
    else if (late) tellNotSwitched(this.#deps.alarms, chosen.uplink.interface);
  }

  #view(watched: Watched): UplinkHealth {
    const { uplink, state, traffic, usage, alone } = watched;
    const others = [...this.#watched.values()].filter((one) => one !== watched);
    const hears = others.some(({ state: one }) => works(one));
    const view = uplinkHealth(uplink, {
      ...{ state, traffic, usage },
      chosen: uplink.name === this.#choice.used,
      used: uplink.interface === this.#device,
    });
    // Headquarters alone was asked and hears nothing by any of them: that says nothing of this one.
    return alone && !hears && state.fault === undefined ? { ...view, state: 'unknown' } : view;
  }

  #moment(): { now: number; monotonic: number } {
    return { now: this.#deps.clock.now(), monotonic: this.#deps.clock.monotonic() };
  }
}

/** Its last probe was lost: it may be about to be down as well. */
const isInDoubt = ({ condition, path }: UplinkState): boolean => condition !== 'down' && path.lost > 0;

const works = (state: UplinkState): boolean =>
  (state.condition === 'up' || state.condition === 'degraded') && !isInDoubt(state);
