/** The fleet as a rollout sees it: read from the board and from the ledger's figures; nothing is changed here. */
import { SEVERITIES, type Severity } from '@branchline/contracts/alarms';
import type { HealthReport } from '@branchline/contracts/health';
import type { RolloutPlan } from '@branchline/contracts/fleet/rollouts';
import type { BoxNow, FleetBoard } from '../fleet/board.ts';
import type { TelephonyFigures } from '../store/telephony-figures.ts';
import {
  callsByHourOfWeek,
  hoursOfWeek,
  isQuiet,
  minuteOfWeek,
  quietHoursOf,
  TRAFFIC_WEEKS,
} from './quiet.ts';
import type { BoxState, BoxView, Figures } from './state.ts';
import type { Candidate } from './waves.ts';

export interface WorldParts {
  readonly board: FleetBoard;
  readonly figures: TelephonyFigures;
  readonly boxId: (box: string) => Promise<number | undefined>;
}

/** What a box has said of what it was asked for last. */
export type Seen = (box: string, state: BoxState) => Promise<BoxView['seen']> | BoxView['seen'];

const WEEK_MS = 7 * 86_400_000;
/** Trunks by which a call would go out, and those by which none would. What a person drains is neither. */
const UP = ['up', 'degraded'];
const AWAY = ['down', 'unknown'];

export class World {
  readonly #parts: WorldParts;

  constructor(parts: WorldParts) {
    this.#parts = parts;
  }

  candidate(box: string): Candidate {
    const now = this.#parts.board.of(box);
    return { box, models: modelsOf(now?.reported ?? null), online: now?.online ?? false };
  }

  /** The quiet hours of a branch's week by four weeks of its calls. */
  async quietHours(
    box: string,
    now: number,
    hourOfWeek: (timezone: string) => (hour: number) => number,
  ): Promise<string> {
    const { figures, boxId, board } = this.#parts;
    const id = await boxId(box);
    const calls = id === undefined ? [] : await figures.byHour(id, now - TRAFFIC_WEEKS * WEEK_MS, now);
    return quietHoursOf(callsByHourOfWeek(calls, hourOfWeek(zoneOf(board.of(box)))));
  }

  /** Of the boxes that something may yet become of. */
  async views(
    plan: RolloutPlan,
    boxes: ReadonlyMap<string, BoxState>,
    now: number,
    seen: Seen = (box) => this.#seenOfDocument(box),
  ): Promise<Map<string, BoxView>> {
    const minutes = byZone((timezone) => minuteOfWeek(now, timezone));
    const views = new Map<string, BoxView>();
    for (const [name, box] of boxes)
      if (OPEN.includes(box.step)) {
        const view = await this.#view(plan, name, box, minutes, now);
        views.set(name, { ...view, seen: await seen(name, box) });
      }
    return views;
  }

  async #view(
    plan: RolloutPlan,
    name: string,
    box: BoxState,
    minutes: (timezone: string) => number,
    now: number,
  ): Promise<Omit<BoxView, 'seen'>> {
    const figures = box.step === 'watching' ? await this.since(name, box, now) : null;
    const at = this.#parts.board.of(name);
    const isWaiting = box.step === 'waiting';
    return {
      online: at?.online ?? false,
      quiet: isWaiting && isQuiet(plan.hours, box.quiet, minutes(zoneOf(at)), plan.confirmWithinS * 1_000),
      healthAt: at?.health?.at ?? null,
      figures,
    };
  }

  #seenOfDocument(box: string): BoxView['seen'] {
    const desired = this.#parts.board.of(box)?.reported?.desired;
    if (!desired?.seen) return null;
    return {
      version: desired.seen.version,
      state: desired.state,
      because: desired.because ?? null,
      conflict: (desired.conflicts?.length ?? 0) > 0,
    };
  }

  /** What a change is held against: the box as it is, with the calls of the week before. */
  async before(box: string, now: number): Promise<Figures | null> {
    const { figures, board } = this.#parts;
    const stream = board.of(box)?.stream;
    return this.#figures(box, {
      from: now - WEEK_MS,
      to: now,
      tests: stream ? await figures.testsLately(stream.id, stream.newest) : {},
    });
  }

  /** The same since it took the change. */
  async since(box: string, { since, before }: BoxState, now: number): Promise<Figures | null> {
    const { figures, board } = this.#parts;
    const stream = board.of(box)?.stream;
    const known = before?.ledger && before.ledger.stream === stream?.id ? before.ledger.newest : 0;
    return this.#figures(box, {
      from: since ?? now,
      to: now + WEEK_MS,
      tests: stream ? await figures.tests(stream.id, known) : {},
    });
  }

  async #figures(
    box: string,
    over: { from: number; to: number; tests: Figures['tests'] },
  ): Promise<Figures | null> {
    const { figures, boxId, board } = this.#parts;
    const now = board.of(box);
    if (!now?.health) return null;
    const id = await boxId(box);
    return {
      healthAt: now.health.at,
      ...reachOf(now.health),
      alarms: now.alarms.flatMap(({ code, subject, severity, window }) =>
        window === undefined && isSeverity(severity) ? [{ name: `${code} ${subject}`, severity }] : [],
      ),
      calls: id === undefined ? { ended: 0, failed: 0 } : await figures.ended(id, over.from, over.to),
      tests: over.tests,
      ledger: now.stream ? { stream: now.stream.id, newest: now.stream.newest } : null,
    };
  }
}

const OPEN: readonly BoxState['step'][] = ['waiting', 'asked', 'watching', 'going-back'];

const isSeverity = (severity: string): severity is Severity =>
  (SEVERITIES as readonly string[]).includes(severity);

function reachOf({ phones, trunks }: HealthReport): Pick<Figures, 'phones' | 'trunks'> {
  const phonesThat = (reachable: boolean): string[] =>
    phones.flatMap((phone) => (phone.reachable === reachable ? [phone.name] : []));
  const trunksOf = (states: readonly string[]): string[] =>
    trunks.flatMap(({ name, state }) => (states.includes(state) ? [name] : []));
  return {
    phones: { up: phonesThat(true), away: phonesThat(false) },
    trunks: { up: trunksOf(UP), away: trunksOf(AWAY) },
  };
}

/** Computed once for each zone. */
export function byZone<T>(of: (timezone: string) => T): (timezone: string) => T {
  const known = new Map<string, T>();
  return (timezone) => {
    const value = known.get(timezone) ?? of(timezone);
    known.set(timezone, value);
    return value;
  };
}

export const hoursByZone = (): ((timezone: string) => (hour: number) => number) => byZone(hoursOfWeek);

export function zoneOf(now: Pick<BoxNow, 'reported'> | undefined): string {
  const site = (now?.reported?.document as { site?: { timezone?: unknown } } | undefined)?.site;
  return typeof site?.timezone === 'string' ? site.timezone : 'UTC';
}

/** Of the machine and of each gateway, as the box reported them; a machine that does not tell is 'machine unknown'. */
export function modelsOf(reported: BoxNow['reported']): string[] {
  const hardware = reported?.hardware;
  const machine = hardware ? [hardware.vendor, hardware.product].join(' ') : 'unknown';
  const gateways = (reported?.document as { gateways?: unknown } | undefined)?.gateways;
  const models = Object.values(typeof gateways === 'object' && gateways !== null ? gateways : {}).map(
    (gateway: unknown) => {
      const { kind, model } = (gateway ?? {}) as { kind?: unknown; model?: unknown };
      return `gateway ${typeof model === 'string' ? model : `generic ${typeof kind === 'string' ? kind : ''}`}`.trim();
    },
  );
  return [...new Set([`machine ${machine}`, ...models])];
}
