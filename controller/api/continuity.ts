/** What the routes of continuity do. */
import type { BranchContinuity, continuityRoutes } from '@branchline/contracts/http/continuity';
import { HttpProblem } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { Continuing } from '../continuing.ts';
import { provesFor } from '../continuity/decide.ts';
import type { StandIns } from '../continuity/stand-ins-port.ts';
import type { FleetBoard } from '../fleet/board.ts';
import type { ContinuityStore } from '../store/continuity.ts';
import type { NewAudit } from '../store/document-versions.ts';
import { addressOf } from './documents.ts';

export interface ContinuityApiParts {
  readonly now: () => number;
  readonly board: FleetBoard;
  /** @throws HttpProblem where another controller leads */
  readonly continuing: () => Continuing;
  readonly continuityStore: ContinuityStore;
  readonly standIns: StandIns;
  readonly note: (audit: NewAudit) => Promise<void>;
  /** @throws HttpProblem for a box that nobody knows */
  readonly known: (box: string) => Promise<void>;
}

const STEPS_SHOWN = 200;

export function continuityHandlers(parts: ContinuityApiParts): Handlers<typeof continuityRoutes> {
  const { continuing, continuityStore, standIns, known, now, note } = parts;
  return {
    continuity: ({ sees }) => ({
      branches: continuing()
        .deciding.all()
        .flatMap(({ box }) => (sees(box) ? (shownOf(parts, box) ?? []) : [])),
      hosts: standIns.hosts(),
    }),
    branchContinuity: async ({ param }) => {
      const box = param('box');
      await known(box);
      return {
        continuity: shownOf(parts, box) ?? null,
        story: await continuityStore.story(box, STEPS_SHOWN),
      };
    },
    orderContinuity: async ({ param, body: { to, note: why }, who, request }) => {
      const box = param('box');
      await known(box);
      const { deciding } = continuing();
      if (!deciding.of(box)) throw noStandIn(box);
      const detail = `${to ?? 'headquarters decides'}${why === undefined ? '' : `: ${why}`}`;
      await note({ at: now(), who, address: addressOf(request), action: 'continuity-ordered', box, detail });
      await deciding.order(box, to, who, why ?? null);
      const shown = shownOf(parts, box);
      if (!shown) throw noStandIn(box);
      return shown;
    },
  };
}

/** Undefined of a branch without a stand-in. */
export function shownOf(
  { continuing, board, standIns }: Pick<ContinuityApiParts, 'continuing' | 'board' | 'standIns'>,
  box: string,
): BranchContinuity | undefined {
  const rooms = continuing();
  const { deciding, runner, rerouting } = rooms;
  const decided = deciding.of(box);
  const lease = runner.of(box);
  if (!decided || !lease) return undefined;
  const { state, order, plan } = decided;
  const seen = standIns.of(box);
  const online = (name: string): boolean => board.of(name)?.online ?? false;
  return {
    ...{ box, standIn: plan.standIn, host: plan.host },
    ...{ state: state.name, because: state.because, since: iso(state.since) },
    lease: { n: lease.lease.n, answers: lease.lease.answers, acts: lease.lease.acts },
    wants: lease.wants,
    move: lease.move && { to: lease.move.to, step: lease.move.step },
    routed: lease.routed,
    ready: lease.ready,
    online: { box: online(box), 'stand-in': online(plan.standIn) },
    standInState: seen?.state ?? null,
    standInWhy: seen?.why ?? null,
    hasRoom: standIns.hasRoom(box),
    documentCurrent: standIns.isCurrent(box),
    hasSecrets: seen?.hasSecrets ?? false,
    carrier: rooms.carriersOf(box).shown(plan.numbers),
    forwarded: (plan.forwarded ?? []).map((line) => {
      const { state, setAt } = rooms.forwardingOf(box, line) ?? { state: 'waiting' as const, setAt: null };
      return { ...line, state, setAt };
    }),
    rerouted: [...rerouting.movedOf(box)],
    order: order && { to: order.to, who: order.who, at: iso(order.at), note: order.note },
    provesForS: provesFor(plan.rules, state) / 1_000,
    wellSince: state.wellSince === null ? null : iso(state.wellSince),
  };
}

const iso = (at: number): string => new Date(at).toISOString();

const noStandIn = (box: string): HttpProblem =>
  new HttpProblem(409, {
    code: 'no-stand-in',
    message: `Branch '${box}' has no stand-in.`,
    field: 'path.box',
    value: box,
    remedy: "Give its document 'continuity', with the host that stands in for it.",
  });
