/** What each route of headquarters' API does. */
import { peopleOfDocument } from '@branchline/contracts/branch/people';
import { pageOf } from '@branchline/contracts/call-page';
import { standInOf } from '@branchline/contracts/stand-in-name';
import { tellWhy, type WhyReader } from '@branchline/contracts/call-why';
import { controllerRoutes } from '@branchline/contracts/http/controller';
import type { Person } from '@branchline/contracts/http/people';
import { HttpProblem, notFound } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { EventStream } from '@branchline/runtime/web/events';
import type { SignIn } from '@branchline/runtime/web/sign-in';
import { callOf, type FleetBoard } from '../fleet/board.ts';
import type { BranchDocuments } from '../fleet/documents.ts';
import type { Rollouts } from '../rollouts/rollouts.ts';
import type { Boxes } from '../store/boxes.ts';
import type { Calls } from '../store/calls.ts';
import type { DocumentVersions } from '../store/document-versions.ts';
import type { Events } from '../store/events.ts';
import type { Bundles } from '../commands/bundles.ts';
import type { Commands } from '../commands/commands.ts';
import { onlySeen } from '../access/seen.ts';
import { peopleHandlers, type PeopleApiParts } from './people.ts';
import type { Comparisons } from '../ledger/comparisons.ts';
import type { SentCommands } from '../store/commands.ts';
import type { Proofs } from '../store/proofs.ts';
import type { Streams } from '../store/streams.ts';
import { boxCalled, boxIdCalled } from './box-called.ts';
import { commandHandlers } from './commands.ts';
import { documentHandlers } from './documents.ts';
import { controllersHandlers, type ControllersApiParts } from './controllers.ts';
import { continuityHandlers, shownOf, type ContinuityApiParts } from './continuity.ts';
import { drillHandlers, type DrillApiParts } from './drills.ts';
import { enrolmentHandlers, type EnrolmentApiParts } from './enrolment.ts';
import { peopleLeaving, signInLeaving } from './leaving.ts';
import { openApiOf } from './openapi.ts';
import { proofHandlers } from './proof.ts';
import { pageHandlers, type PageApiParts } from './pages.ts';
import { sayingAway } from './store-away.ts';
import { releaseHandlers, type ReleaseApiParts } from './releases.ts';
import { rolloutHandlers } from './rollouts.ts';
import { templateHandlers, type TemplateApiParts } from './templates.ts';

type Signed = Pick<Person, 'name' | 'role' | 'branches'>;

export interface ApiParts {
  readonly signIn: SignIn<'hq', Signed>;
  readonly people: PeopleApiParts['people'];
  readonly visits: PageApiParts['visits'];
  /** Whether the page is served by TLS. */
  readonly isSecure: boolean;
  readonly now: () => number;
  readonly cookie: string;
  readonly version: string;
  readonly board: FleetBoard;
  readonly boxes: Boxes;
  readonly calls: Calls;
  readonly events: Events;
  readonly documents: BranchDocuments;
  readonly releases: ReleaseApiParts['releases'];
  readonly releaseOrders: ReleaseApiParts['orders'];
  readonly rollouts: Rollouts;
  readonly templates: TemplateApiParts['templates'];
  readonly templateRemoval: TemplateApiParts['templateRemoval'];
  readonly ownLayer: TemplateApiParts['ownLayer'];
  readonly versions: DocumentVersions;
  readonly comparisons: Comparisons;
  readonly commands: Commands;
  readonly sentCommands: SentCommands;
  readonly bundles: Bundles;
  readonly streams: Streams;
  readonly proofs: Proofs;
  readonly stream: EventStream;
  readonly continuing: ContinuityApiParts['continuing'];
  readonly standIns: ContinuityApiParts['standIns'];
  readonly continuityStore: ContinuityApiParts['continuityStore'];
  readonly drills: DrillApiParts['drills'];
  readonly drillStore: DrillApiParts['drillStore'];
  readonly enrolment: Omit<EnrolmentApiParts, 'known'>;
  /** Whether boxes can connect and the database answers. */
  readonly ready: () => boolean;
  readonly brokerAway: () => boolean;
  readonly group: ControllersApiParts;
}

/** What each route does; where the database is away, all say so alike. */
export function apiHandlers(parts: ApiParts): Handlers<typeof controllerRoutes> {
  return sayingAway(handlersOf(parts));
}

function handlersOf(parts: ApiParts): Handlers<typeof controllerRoutes> {
  const { board, calls, stream } = parts;
  const document = openApiOf(controllerRoutes, {
    title: 'Branchline headquarters',
    version: parts.version,
    cookie: parts.cookie,
  });
  const note = parts.versions.note.bind(parts.versions);
  const known = async (box: string): Promise<void> => void (await boxIdCalled(parts, box));
  return {
    ...signInLeaving(parts.signIn, parts.visits),
    ready: () => ({ ready: parts.ready(), broker: parts.brokerAway() ? 'away' : 'up' }),
    openapi: ({ response }) => response.json(document),
    live: ({ request, response, sees }) => stream.open(request, response, onlySeen(sees)),
    boxes: ({ sees }) => ({ boxes: board.summaries().filter(({ box }) => sees(box)) }),
    box: ({ param }) => {
      const box = param('box');
      const now = board.of(box);
      const reportedAt = now?.reportedAt ?? null;
      return {
        ...boxCalled(board, box),
        document: now?.reported?.document ?? null,
        reportedAt: reportedAt === null ? null : new Date(reportedAt).toISOString(),
      };
    },
    calls: async ({ query, sees }) => {
      if (query.box === undefined ? !sees('') : !sees(query.box)) throw ONE_BRANCH;
      const before = query.before === undefined ? undefined : Date.parse(query.before);
      const wanted = { ...query, before, limit: query.limit + 1 };
      const boxes = query.box === undefined ? [undefined] : await namesOf(parts, query.box);
      const each = await Promise.all(boxes.map((box) => calls.list({ ...wanted, box })));
      const found = each.flat().sort((a, b) => b.summary.startedAt.localeCompare(a.summary.startedAt));
      const { calls: page, more } = pageOf(found, query.limit, ({ summary }) => summary.startedAt);
      return { calls: page.map(({ box, summary }) => callOf(box, summary)), more };
    },
    call: ({ param }) => callNamed(parts, param('box'), param('call')),
    callWhy: async ({ param, query }) => {
      const [box, name] = [param('box'), param('call')];
      const reader = readerOf(board.of(box)?.reported?.document, query.language);
      return tellWhy(name, (await callNamed(parts, box, name)).events, reader);
    },
    ...proofHandlers({ ...parts, boxId: (box) => boxIdCalled(parts, box) }),
    ...documentHandlers({ ...parts, known }),
    ...peopleLeaving(peopleHandlers(parts), parts.visits),
    ...enrolmentHandlers({ ...parts.enrolment, known }),
    ...releaseHandlers({ ...parts, note, known, orders: parts.releaseOrders }),
    ...rolloutHandlers(parts.rollouts),
    ...templateHandlers({ ...parts, known }),
    ...commandHandlers({ ...parts, known }),
    ...pageHandlers({ ...parts, known }),
    ...controllersHandlers(parts.group),
    ...continuityHandlers({ ...parts, known, note }),
    ...drillHandlers({
      ...{ ...parts, known, note },
      continuityOf: (box) => shownOf(parts, box),
      numberOf: (box) => parts.continuing().planOf(box)?.numbers[0],
      storyOf: (box, from, to) => parts.continuityStore.storyBetween(box, from, to),
      quietHours: (box) => parts.rollouts.quietHours(box),
    }),
  };
}

/** A branch's calls are those of its box and those of its stand-in. */
async function namesOf(parts: ApiParts, box: string): Promise<number[]> {
  const standIn = await parts.boxes.find(standInOf(box));
  return [await boxIdCalled(parts, box), ...(standIn === undefined ? [] : [standIn])];
}

async function callNamed(parts: ApiParts, box: string, name: string) {
  const { calls, events } = parts;
  const id = await calls.idOf(await boxIdCalled(parts, box), name);
  const summary = id === undefined ? undefined : await calls.byId(id);
  if (id === undefined || !summary)
    throw notFound(`call '${name}' of box '${box}'`, `GET /api/calls?box=${box} lists them.`);
  return { call: callOf(box, summary), events: await events.of({ call: id, name }) };
}

/** From a document as a box reported it, which may be of another version. */
function readerOf(document: unknown, asked: 'zh' | 'en' | undefined): WhyReader {
  const site = (document as { site?: { language?: unknown; timezone?: unknown } } | undefined)?.site;
  const language = asked ?? (site?.language === 'en' ? 'en' : 'zh');
  const timezone = typeof site?.timezone === 'string' ? site.timezone : 'UTC';
  return { language, timezone, people: peopleOfDocument(document) };
}

const ONE_BRANCH = new HttpProblem(403, {
  code: 'not-allowed',
  message: 'These calls are not all of your branches.',
  field: 'query.box',
  remedy: 'Ask for the calls of one of your branches.',
});
