/** Headquarters put together: what each part needs is given here, and the order in which they start and stop. */
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { controllerRoutes } from '@branchline/contracts/http/controller';
import type { Person } from '@branchline/contracts/http/people';
import type { Clock } from '@branchline/runtime/clock';
import type { Part } from '@branchline/runtime/lifecycle';
import { roomLog, type Log } from '@branchline/runtime/log';
import { inBackground, type InBackground } from '@branchline/runtime/background';
import { webApp } from '@branchline/runtime/web/app';
import { serviceCertificate } from '@branchline/runtime/web/certificate';
import { EventStream } from '@branchline/runtime/web/events';
import { isLoopback, listen, type Listening } from '@branchline/runtime/web/listen';
import { admitBy } from './access/door.ts';
import { makeKeeping, type Keeping } from './access/keeping.ts';
import { FIRST_OWNER } from './access/people.ts';
import { apiHandlers } from './api/api.ts';
import type { ControllersApiParts } from './api/controllers.ts';
import { LOOPBACK_NAMES, makeBroker } from './brokering.ts';
import { ALONE, Leading, ledTogether, type LedRoom, type Leads } from './leading.ts';
import { makeCommanding } from './commanding.ts';
import type { Bundles } from './commands/bundles.ts';
import type { Commands } from './commands/commands.ts';
import type { BrokerPort } from './broker/port.ts';
import { makeIntake, type Intake } from './broker/intake.ts';
import { openAuthority } from './enrolment/authority.ts';
import { makeEnrolment, type Enrolment } from './enrolment/room.ts';
import { FleetBoard } from './fleet/board.ts';
import { Composer } from './fleet/composer.ts';
import { BranchDocuments } from './fleet/documents.ts';
import { OwnLayer, type OwnLayerParts } from './fleet/own-layer.ts';
import { Registry } from './fleet/registry.ts';
import { TemplateRemoval } from './fleet/template-removal.ts';
import { Templates, type TemplatesParts } from './fleet/templates.ts';
import type { Ingest } from './ledger/ingest.ts';
import type { Resend } from './ledger/resend.ts';
import { makeLedgering } from './ledgering.ts';
import type { Comparisons } from './ledger/comparisons.ts';
import { Moving } from './rollouts/moving.ts';
import { Releasing as RolloutReleasing, type ReleasingParts } from './rollouts/releasing.ts';
import type { PageVisits } from './pages/visits.ts';
import { Rollouts } from './rollouts/rollouts.ts';
import { World } from './rollouts/world.ts';
import { makeReleasing, type Releasing } from './releasing.ts';
import type { ReleaseOrders } from './releases/orders.ts';
import type { Releases } from './releases/releases.ts';
import type { Settings } from './settings.ts';
import { Alarms } from './store/alarms.ts';
import { BlockDigests } from './store/block-digests.ts';
import { Boxes } from './store/boxes.ts';
import { Calls } from './store/calls.ts';
import type { Database } from './store/database.ts';
import { SentCommands } from './store/commands.ts';
import { DocumentVersions } from './store/document-versions.ts';
import { Events } from './store/events.ts';
import { Controllers, type KeptController } from './store/controllers.ts';
import { holdDataDir } from './store/hold.ts';
import { Leadership } from './store/leadership.ts';
import { LedgerReader } from './store/ledger-reader.ts';
import { openDatabaseOf, storePaths } from './store/open.ts';
import { Proofs } from './store/proofs.ts';
import { RolloutStore } from './store/rollouts.ts';
import { Streams } from './store/streams.ts';
import { TemplateStore } from './store/templates.ts';
import { TelephonyFigures } from './store/telephony-figures.ts';
import { makeStandingIn, type StandingIn } from './standing-in.ts';
import { ContinuityStore } from './store/continuity.ts';
import { DrillStore } from './store/drills.ts';
import { Leases } from './store/leases.ts';
import { SealedSecrets } from './store/sealed-secrets.ts';
import { makeVisiting, type Visiting } from './visiting.ts';

export interface Around {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly version: string;
  /** Shown once, at the first start; never logged. */
  readonly firstPassword: (password: string) => void;
  /** Holds every answer against its schema: for tests. */
  readonly checkAnswers?: boolean;
}

export interface Headquarters {
  readonly parts: readonly Part[];
  /** Known once the parts have started. */
  readonly where: () => { readonly url: string; readonly mqttPort: number; readonly releasesPort?: number };
  readonly broker: BrokerPort;
}

/** Cookies do not tell ports apart: the name keeps this one from a box's on the same machine. */
const cookieOf = (tenant: string): string => `branchline-hq-${tenant}`;

export async function makeHeadquarters(around: Around): Promise<Headquarters> {
  const { settings, clock, log } = around;
  const { paths, db, store, release } = await openAlone(around);
  const background = inBackground(log);
  const { stream, keeping, sessions, people } = makeDoor(around, db, () => board);
  const board: FleetBoard = new FleetBoard(clock, (change) => {
    stream.change(change);
    rollouts.nudge(change);
    standingIn.changed(change);
  });
  const registry = new Registry({ clock, log: roomLog(log, 'fleet'), board, ...store });
  const composer = new Composer(store.templateStore);
  const documents = new BranchDocuments({
    ...{ clock, board, composer, versions: store.versions },
    send: (box, leaf, payload) => broker.send(box, leaf, payload),
  });
  const authority = await openAuthority(paths.identity, settings.tenant, clock);
  const drop = (box: string): void => {
    broker.cut(box);
    background('pages', visiting.visits.close(box, 'the box has lost its standing'));
  };
  const enrolment = makeEnrolment({
    ...{ ...around, ...store, board, documents, authority, drop },
    broker: () => broker,
  });
  const { leads, leading, group } = makeLeading(around, db, () => ledTogether(rollouts, deciding));
  const ordering = { releases: () => releasing.releases, orders: () => releasing.releaseOrders };
  const rollouts = makeRollouts(around, board, { documents, composer, ordering }, store, leads);
  const standingIn: StandingIn = makeStandingIn({
    ...{ clock, log, settings, background, board, authority, leads, ...store },
    identities: enrolment.identities,
    ...{ commands: () => commanding.commands, broker: () => broker },
  });
  const ledgering = makeLedgering({
    ...{ clock, log, background, board, leads, store, random: around.random, broker: () => broker },
    stored: (result) => standingIn.stored(result),
  });
  const { ingest, resend, comparisons } = ledgering;
  const deciding = ledTogether(standingIn.room, ledgering.room);
  const commanding = makeCommanding({
    ...{ clock, log, dataDir: settings.dataDir, ...store },
    send: (box, command) => broker.send(box, 'command', command),
    ack: (box, word) => broker.send(box, 'bundle-ack', word),
    ended: (command) => visiting.visits.commandEnded(command),
  });
  const intake = intakeFor({
    ...{ background, board, registry, documents, enrolment, ingest, resend, comparisons, standingIn },
    ...commanding,
  });
  const identity = (): ReturnType<typeof webIdentity> => webIdentity(around);
  const needed = { authority, people, board, enrolment, ...store, ...commanding, identity };
  const visiting: Visiting = await makeVisiting(around, needed);
  const releasing: Releasing = await makeReleasing(around, { authority, enrolment, board, ...commanding });
  const broker: BrokerPort = await makeBroker(around, { authority, enrolment, intake });
  const web = makeWeb(around, {
    ...makeTemplates({ clock, composer, documents, rollouts, store: store.templateStore }),
    ...{ board, documents, rollouts, comparisons, ...commanding, enrolment, stream, sessions, people },
    ...{ broker, group, visits: visiting.visits, ...releasing, ...standingIn },
    ...store,
  });
  const parts: Part[] = [
    ending('data directory', release),
    loading(db, [registry, documents, enrolment, commanding.commands], async () => {
      await comparisons.start(await store.streams.current());
      if (!leading) await deciding.start();
    }),
    { name: 'access', start: () => showFirst(keeping, around), stop: () => keeping.stop() },
    ending('registry', () =>
      stopAll([{ stop: () => deciding.rest() }, registry, board, resend, commanding.commands]),
    ),
    ledgering.part,
    { name: 'broker', start: () => broker.start(), stop: () => broker.stop() },
    leading ?? { name: 'rollouts', start: () => rollouts.start(), stop: () => rollouts.stop() },
    visiting.part,
    releasing.part,
    web,
  ];
  const where = () => ({ url: web.url(), mqttPort: broker.port, ...releasing.where() });
  return { parts, where, broker };
}

interface TakenInBy {
  readonly background: InBackground;
  readonly board: FleetBoard;
  readonly registry: Registry;
  readonly documents: BranchDocuments;
  readonly enrolment: Enrolment;
  readonly ingest: Ingest;
  readonly resend: Resend;
  readonly comparisons: Comparisons;
  readonly commands: Commands;
  readonly bundles: Bundles;
  readonly standingIn: StandingIn;
}

/** Which room hears what boxes say. */
function intakeFor(rooms: TakenInBy): Intake {
  const { background, board, registry, documents, enrolment, ingest, resend, comparisons } = rooms;
  const { commands, bundles, standingIn } = rooms;
  return makeIntake({
    leaseSays: standingIn.leaseSays,
    leaseAsk: standingIn.leaseAsk,
    branchCalled: standingIn.branchCalled,
    standInSays: standingIn.standInSays,
    standInRequest: standingIn.standInRequest,
    standInSecrets: standingIn.standInSecrets,
    standInHistoryHas: standingIn.standInHistoryHas,
    soundAsk: standingIn.soundAsk,
    soundPiece: standingIn.soundPiece,
    presence: (box, said) => {
      registry.presence(box, said);
      comparisons.present(box, said.state === 'online');
      const known = board.of(box)?.stream;
      if (said.state !== 'online') return;
      if (known) resend.noted(known);
      background('document', documents.online(box));
      background('commands', commands.online(box));
      enrolment.online(box, said);
      standingIn.online(box);
    },
    health: (box, report) => registry.health(box, report),
    reported: (box, said) => {
      const take = async (): Promise<void> => {
        if (await registry.reported(box, said)) await documents.reported(box, said);
      };
      background('reported', take());
    },
    ledger: (box, frame, done) => ingest.take(box, frame, done),
    digest: (box, answer) => comparisons.answered(box, answer),
    commandResult: (box, said) => background('commands', commands.heard(box, said)),
    bundle: (box, piece) => void bundles.take(box, piece),
    certificateWanted: (box, wanted) => void enrolment.certificateWanted(box, wanted),
    gone: (box) => {
      registry.gone(box);
      comparisons.present(box, false);
      resend.gone(box);
      standingIn.gone(box);
    },
  });
}

/** @throws where another controller has the data directory */
async function openAlone({ settings, log }: Around) {
  const release = holdDataDir(settings.dataDir);
  try {
    const db = await openDatabaseOf(settings, roomLog(log, 'store'));
    return { paths: storePaths(settings.dataDir), db, store: tablesOf(db), release };
  } catch (error) {
    release();
    throw error;
  }
}

/** An SQLite file is had by one controller alone. */
function makeLeading(
  { settings, clock, log, version }: Around,
  db: Database,
  room: () => LedRoom,
): { leads: Leads; leading?: Leading; group: ControllersApiParts } {
  const name = `${hostname()}:${resolve(settings.dataDir)}`;
  const [started, begun] = [clock.now(), clock.monotonic()];
  if (settings.databaseUrl === undefined) {
    const alone = (): KeptController => ({
      ...{ name, version, started, seen: clock.now(), ago: 0, leads_since: started },
    });
    return { leads: ALONE, group: { here: name, controllers: () => Promise.resolve([alone()]) } };
  }
  const controllers = new Controllers(db);
  const presence = {
    there: () => controllers.there(name, version, clock.monotonic() - begun),
    went: () => controllers.went(name),
  };
  const leading = new Leading({
    ...{ clock, log: roomLog(log, 'leading'), leadership: new Leadership(db), room, name, presence },
  });
  return { leads: leading, leading, group: { here: name, controllers: () => controllers.all() } };
}

function tablesOf(db: Database) {
  const boxes = new Boxes(db);
  const events = new Events(db);
  const versions = new DocumentVersions(db, boxes);
  return {
    db,
    boxes,
    versions,
    templateStore: new TemplateStore(db, versions),
    sentCommands: new SentCommands(db, boxes),
    streams: new Streams(db),
    events,
    calls: new Calls(db),
    alarms: new Alarms(db),
    reader: new LedgerReader(db, events),
    blocks: new BlockDigests(db),
    proofs: new Proofs(db),
    leases: new Leases(db, boxes),
    continuityStore: new ContinuityStore(db, boxes),
    drillStore: new DrillStore(db, boxes),
    sealed: new SealedSecrets(db, boxes),
  };
}

function makeRollouts(
  { clock, log }: Around,
  board: FleetBoard,
  {
    documents,
    composer,
    ordering,
  }: {
    documents: BranchDocuments;
    composer: Composer;
    ordering: Pick<ReleasingParts, 'releases' | 'orders'>;
  },
  { db, boxes, versions, templateStore, sentCommands }: ReturnType<typeof tablesOf>,
  leads: Leads,
): Rollouts {
  const boxId = (box: string): Promise<number | undefined> => boxes.find(box);
  return new Rollouts({
    clock,
    log: roomLog(log, 'rollouts'),
    board,
    documents,
    moving: new Moving(composer),
    releasing: new RolloutReleasing({ board, sent: sentCommands, ...ordering }),
    inForce: (template, version) => templateStore.putInForce(template, version),
    versions,
    store: new RolloutStore(db),
    world: new World({ board, boxId, figures: new TelephonyFigures(db) }),
    // One that has come for the first time is shown a moment before it is written.
    known: async (box) => board.of(box) !== undefined || (await boxId(box)) !== undefined,
    leads,
  });
}

function makeTemplates({ rollouts, ...parts }: TemplatesParts & OwnLayerParts & { rollouts: Rollouts }) {
  const templateRemoval = new TemplateRemoval({
    ...parts,
    rollouts: { list: () => rollouts.list(), detail: (id) => rollouts.detail(id) },
  });
  return { templates: new Templates(parts), templateRemoval, ownLayer: new OwnLayer(parts) };
}

function makeDoor(around: Around, db: Database, board: () => FleetBoard) {
  const { settings, clock, log } = around;
  const cookie = cookieOf(settings.tenant);
  const shares = settings.databaseUrl === undefined ? undefined : db;
  const keeping = makeKeeping({ settings, shares, clock, log, background: inBackground(log), cookie });
  const stream = new EventStream({
    clock,
    snapshot: () => board().state(),
    mayLook: (request) => keeping.sessions.holds(request),
  });
  return { keeping, sessions: keeping.sessions, people: keeping.people, stream };
}

interface Shown {
  readonly db: Database;
  readonly board: FleetBoard;
  readonly documents: BranchDocuments;
  readonly enrolment: Enrolment;
  readonly rollouts: Rollouts;
  readonly templates: Templates;
  readonly templateRemoval: TemplateRemoval;
  readonly ownLayer: OwnLayer;
  readonly versions: DocumentVersions;
  readonly stream: EventStream;
  readonly sessions: Keeping['sessions'];
  readonly people: Keeping['people'];
  readonly boxes: Boxes;
  readonly calls: Calls;
  readonly events: Events;
  readonly comparisons: Comparisons;
  readonly commands: Commands;
  readonly sentCommands: SentCommands;
  readonly bundles: Bundles;
  readonly streams: Streams;
  readonly proofs: Proofs;
  readonly visits: PageVisits;
  readonly releases: Releases;
  readonly releaseOrders: ReleaseOrders;
  readonly broker: BrokerPort;
  readonly group: ControllersApiParts;
  readonly continuing: StandingIn['continuing'];
  readonly standIns: StandingIn['standIns'];
  readonly drills: StandingIn['drills'];
  readonly continuityStore: ContinuityStore;
  readonly drillStore: DrillStore;
}

/** The page and the API. */
function makeWeb(around: Around, shown: Shown): Part & { url: () => string } {
  const { settings, log } = around;
  const { db, sessions, people, stream, versions } = shown;
  let listening: Listening | undefined;
  const handlers = apiHandlers({
    ...shown,
    isSecure: !isLoopback(settings.httpListen.host),
    now: () => around.clock.now(),
    signIn: {
      door: 'hq',
      name: settings.tenant,
      whoSignsIn: ({ name, password }) => people.signIn(name ?? FIRST_OWNER, password),
      told: (person) => toldOf(people.of(person)),
      sessions,
      changePassword: (person, now, becomes) => people.changePassword(person, now, becomes),
      onTry: tellTries(around, versions),
      onChange: ({ socket }, success, who) => {
        const action = success ? 'own password changed' : 'own password refused';
        const address = socket.remoteAddress ?? '';
        const noted = versions.note({ at: around.clock.now(), who, address, action, box: null, detail: '' });
        inBackground(log)('audit', noted);
      },
    },
    cookie: cookieOf(settings.tenant),
    version: around.version,
    ready: () => db.answers && listening !== undefined,
    brokerAway: () => shown.broker.away !== undefined,
  });
  const app = webApp({
    table: controllerRoutes,
    handlers,
    requireSession: sessions.require,
    admit: admitBy(people, sessions),
    checkAnswers: around.checkAnswers ?? false,
    log: roomLog(log, 'api'),
    pages: { dir: settings.uiDir, entry: 'hq.html' },
  });
  return {
    name: 'web',
    async start() {
      listening = await listen(app, settings.httpListen, await webIdentity(around));
      log.info({ url: listening.url }, 'headquarters listens');
    },
    async stop() {
      stream.close();
      await listening?.stop();
    },
    url() {
      if (!listening) throw new Error('headquarters has not started');
      return listening.url;
    },
  };
}

async function webIdentity({ settings, clock }: Around) {
  const { host } = settings.httpListen;
  if (isLoopback(host)) return undefined;
  const names = [...new Set([...LOOPBACK_NAMES, ...settings.names])];
  return serviceCertificate({ dir: join(settings.dataDir, 'identity'), name: 'page', names }, clock);
}

async function showFirst(keeping: Keeping, around: Around): Promise<void> {
  const password = await keeping.start();
  if (password !== undefined) around.firstPassword(password);
}

const toldOf = (person: Person | undefined) =>
  person ? { name: person.name, role: person.role, branches: person.branches } : null;

/** Who came in is in the audit log; who was refused, in the service's own: anybody may try. */
const tellTries =
  ({ log, clock }: Around, versions: DocumentVersions) =>
  (address: string, success: boolean, name = FIRST_OWNER): void => {
    log.info({ address, success }, 'somebody tried to sign in');
    if (!success) return;
    const who = name;
    const noted = versions.note({
      at: clock.now(),
      who,
      address,
      action: 'signed-in',
      box: null,
      detail: '',
    });
    inBackground(log)('audit', noted);
  };

/** Everything that is known is read before anybody is let in. */
const loading = (
  db: { close(): Promise<void> | void },
  rooms: readonly { load(): Promise<void> | void }[],
  last: () => Promise<void>,
): Part => ({
  name: 'store',
  start: async () => {
    for (const room of rooms) await room.load();
    await last();
  },
  stop: () => db.close(),
});

/** A part that has nothing to begin. */
const ending = (name: string, stop: () => Promise<void> | void): Part => ({
  name,
  start: () => undefined,
  stop,
});

async function stopAll(parts: readonly { stop(): void | Promise<void> }[]): Promise<void> {
  for (const part of parts) await part.stop();
}
