/** What the routes of drills do. */
import type { BranchContinuity, ContinuityStepShown } from '@branchline/contracts/http/continuity';
import type { DrillDetail, drillRoutes, DrillSummary } from '@branchline/contracts/http/drills';
import { HttpProblem, notFound } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { Drills } from '../drills/drills.ts';
import type { DrillStore, KeptDrill } from '../store/drills.ts';
import type { NewAudit } from '../store/document-versions.ts';
import { addressOf } from './documents.ts';

export interface DrillApiParts {
  readonly now: () => number;
  /** @throws HttpProblem where another controller leads */
  readonly drills: () => Drills;
  readonly drillStore: DrillStore;
  /** Undefined of a branch that has no stand-in. */
  readonly continuityOf: (box: string) => BranchContinuity | undefined;
  /** E.164, by which the branch is called to see who answers; undefined where its document moves none. */
  readonly numberOf: (box: string) => string | undefined;
  /** Steps of a branch between two moments, ms since 1970. */
  readonly storyOf: (box: string, from: number, to: number) => Promise<ContinuityStepShown[]>;
  /** The hours of the branch's week with few calls, '1' for each. */
  readonly quietHours: (box: string) => Promise<string>;
  readonly note: (audit: NewAudit) => Promise<void>;
  readonly known: (box: string) => Promise<void>;
}

/** Beyond what a box has to prove, it may take so long to come home, ms. */
const HOME_BEYOND_MS = 120_000;
/** Beyond what the carrier promises, nobody may answer for so long when something was pulled: to see it, to be sure, and to move. */
const SILENT_BEYOND_MS = 60_000;

export function drillHandlers(parts: DrillApiParts): Handlers<typeof drillRoutes> {
  const { drills, drillStore, known, now, note } = parts;
  const found = async (text: string): Promise<KeptDrill> => {
    const kept = /^[1-9]\d{0,8}$/.test(text) ? await drillStore.find(Number(text)) : undefined;
    if (kept) return kept;
    throw notFound(`drill '${text}'`, 'GET /api/drills lists them.');
  };
  return {
    drills: async ({ query: { box, limit }, sees }) => {
      if (box !== undefined) await known(box);
      const kept = await drillStore.newest(limit, box);
      return { drills: kept.filter((each) => sees(each.box)).map(summaryOf) };
    },
    drill: async ({ param, sees }) => {
      const kept = await found(param('drill'));
      if (!sees(kept.box)) throw notFound(`drill '${param('drill')}'`);
      return detailOf(parts, kept);
    },
    beginDrill: async ({ param, body, who, request }) => {
      const box = param('box');
      await known(box);
      const continuity = parts.continuityOf(box);
      const number = parts.numberOf(box);
      if (!continuity || number === undefined) throw noStandIn(box);
      const plannedFor = body.at === undefined ? null : Date.parse(body.at);
      const begun = await drills().begin({
        ...{ box, who, number, plannedFor, kind: body.kind, note: body.note ?? null },
        holdMs: body.holdS * 1_000,
        homeWithinMs: continuity.provesForS * 1_000 + HOME_BEYOND_MS,
        silentMs: (continuity.carrier.promiseS ?? 0) * 1_000 + SILENT_BEYOND_MS,
        hours: body.quietHour ? await parts.quietHours(box) : null,
      });
      if (!begun) throw oneIsOpen(box);
      const detail = `${body.kind}, drill ${begun.id}`;
      await note({ at: now(), who, address: addressOf(request), action: 'drill-begun', box, detail });
      return detailOf(parts, begun);
    },
    drillUndone: async ({ param, who, request, sees }) => {
      const kept = await found(param('drill'));
      const { id, box } = kept;
      if (!sees(box)) throw notFound(`drill '${param('drill')}'`);
      await drills().undone(id);
      const audit = { at: now(), who, address: addressOf(request), box };
      await note({ ...audit, action: 'drill-undone', detail: `drill ${id}` });
      return detailOf(parts, (await drillStore.find(id)) ?? kept);
    },
    stopDrill: async ({ param, who, request, sees }) => {
      const kept = await found(param('drill'));
      const { id, box } = kept;
      if (!sees(box)) throw notFound(`drill '${param('drill')}'`);
      await drills().stop(id, who);
      const audit = { at: now(), who, address: addressOf(request), box };
      await note({ ...audit, action: 'drill-stopped', detail: `drill ${id}` });
      return detailOf(parts, (await drillStore.find(id)) ?? kept);
    },
  };
}

async function detailOf({ storyOf, now }: DrillApiParts, kept: KeptDrill): Promise<DrillDetail> {
  const { drill, box, orderedAt } = kept;
  return {
    ...summaryOf(kept),
    calls: drill.calls.map(({ at, ...call }) => ({ ...call, at: new Date(at).toISOString() })),
    story: await storyOf(box, drill.begunAt ?? orderedAt, drill.endedAt ?? now()),
  };
}

function summaryOf({ id, box, who, note, number, orderedAt, drill }: KeptDrill): DrillSummary {
  const { kind, state, because, endedBy } = drill;
  return {
    ...{ id: String(id), box, who, note, number, kind, state, because, endedBy },
    orderedAt: new Date(orderedAt).toISOString(),
    plannedFor: iso(drill.plannedFor),
    inQuietHour: drill.hours !== null,
    begunAt: iso(drill.begunAt),
    movedAt: iso(drill.movedAt),
    liftedAt: iso(drill.liftedAt),
    homeAt: iso(drill.homeAt),
    endedAt: iso(drill.endedAt),
  };
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

const noStandIn = (box: string): HttpProblem =>
  new HttpProblem(409, {
    code: 'no-stand-in',
    message: `Branch '${box}' has no stand-in, or none of its numbers is moved.`,
    field: 'path.box',
    value: box,
    remedy: "Give its document 'continuity', with the host that stands in for it.",
  });

const oneIsOpen = (box: string): HttpProblem =>
  new HttpProblem(409, {
    code: 'drill-open',
    message: `A drill is open at branch '${box}'.`,
    field: 'path.box',
    value: box,
    remedy: 'Wait for its end, or stop it.',
  });
