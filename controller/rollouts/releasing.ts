/** The software of boxes as a rollout moves it: orders, and what boxes say of them, in the terms in which documents are spoken of. */
import { createHash } from 'node:crypto';
import type { RolloutChange } from '@branchline/contracts/fleet/rollouts';
import type { SentCommand } from '@branchline/contracts/http/commands';
import type { KeptRelease } from '@branchline/contracts/http/releases';
import type { RolloutPreview } from '@branchline/contracts/http/rollouts';
import { compareVersions, hindrance } from '@branchline/contracts/release';
import type { FleetBoard } from '../fleet/board.ts';
import type { ReleaseOrders } from '../releases/orders.ts';
import type { Releases } from '../releases/releases.ts';
import type { SentCommands } from '../store/commands.ts';
import type { RolloutHead } from '../store/rollouts.ts';
import type { BoxState, BoxView } from './state.ts';

export type ReleaseChange = RolloutChange & { readonly kind: 'release' };

export interface ReleasingParts {
  readonly board: FleetBoard;
  readonly releases: () => Pick<Releases, 'of'>;
  readonly orders: () => Pick<ReleaseOrders, 'order'>;
  readonly sent: Pick<SentCommands, 'one'>;
}

/** A week: a box that is away is waited for, as long as a command can wait. */
const WITHIN_S = 7 * 86_400;
/** What is asked for first of a box, and what it has before; each going back is one more. */
export const ASKED_FIRST = 1;
export const AS_IT_WAS = 0;

type Hinders = RolloutPreview['boxes'][number]['hinders'];

export class Releasing {
  readonly #parts: ReleasingParts;

  constructor(parts: ReleasingParts) {
    this.#parts = parts;
  }

  running(box: string): string | undefined {
    return this.#parts.board.of(box)?.reported?.version;
  }

  /** Why this box cannot be in it; undefined when it can. What it runs must be kept here too: else nothing could be taken back. */
  hinders(box: string, change: ReleaseChange): Exclude<Hinders, null> | undefined {
    const running = this.running(box);
    const [to, from] = [
      this.#of(box, change.version),
      running === undefined ? undefined : this.#of(box, running),
    ];
    if (!to) return 'no-release';
    if (!from) return 'release-not-kept';
    if (compareVersions(to.version, from.version) < 0 && !change.back) return 'older-release';
    return (hindrance(from, to) ?? hindrance(to, from)) ? 'no-way-back' : undefined;
  }

  #of(box: string, version: string): KeptRelease | undefined {
    const architecture = this.#parts.board.of(box)?.reported?.architecture;
    return architecture === undefined ? undefined : this.#parts.releases().of(version, architecture);
  }

  /**
   * Within the transaction that says so. The same order has the same id: whoever hears it twice does it once.
   * @throws HttpProblem when headquarters has not got the release any more
   */
  async order(
    head: RolloutHead,
    box: string,
    asked: { readonly version: string; readonly number: number },
  ): Promise<void> {
    const { change, hours } = head.plan;
    if (change.kind !== 'release') throw new Error('this rollout is of no release');
    const { kbitS, wellForS, proveWithinS } = change;
    const isBack = asked.number > ASKED_FIRST;
    const wanted = {
      ...{ version: asked.version, kbitS, wellForS, proveWithinS, withinS: WITHIN_S },
      back: isBack || change.back,
      // Taking back goes by no hours.
      when: isBack || hours.by === 'any' ? ('now' as const) : ('quiet' as const),
    };
    const asker = { who: head.author, address: head.address, id: idOf(head, box, asked.number) };
    await this.#parts.orders().order(box, wanted, asker);
  }

  /** What became of what the box was asked for last. */
  async seen(head: RolloutHead, box: string, { version }: BoxState): Promise<BoxView['seen']> {
    if (version === null) return null;
    const command = await this.#parts.sent.one(box, idOf(head, box, version));
    return command ? { version, conflict: false, ...saidOf(command) } : null;
  }
}

function saidOf({ state, because }: SentCommand): Pick<NonNullable<BoxView['seen']>, 'state' | 'because'> {
  switch (state) {
    case 'waiting':
    case 'running':
      return { state: 'trying', because: null };
    case 'done':
      return { state: 'confirmed', because: null };
    case 'refused':
      // It is what was asked for.
      if (because === 'running-already') return { state: 'confirmed', because: null };
      return { state: 'refused', because };
    case 'failed':
      return { state: 'reverted', because };
    case 'expired':
    case 'silent':
      // Away for a week: nothing is said of it.
      return { state: 'none', because: null };
  }
}

const idOf = ({ id, at }: RolloutHead, box: string, number: number): string =>
  createHash('sha256').update(`rollout ${id} of ${at}, ${box}, ${number}`).digest('hex').slice(0, 32);
