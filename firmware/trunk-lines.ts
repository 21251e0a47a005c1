/** The trunks: what each is worth, its test calls, and what it keeps over a restart. */
import { join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import { roomLog } from '@branchline/runtime/log';
import type { Part } from '@branchline/runtime/lifecycle';
import type { Around } from './around.ts';
import { messageFile, type Engine, type EngineEvent } from './engine/port.ts';
import { INSIDE } from './engine/settings.ts';
import { localTime } from './flows/hours.ts';
import type { ForwardingBook } from './trunks/forwarding/book.ts';
import { makeForwarding } from './line-forwarding.ts';
import type { Keeping } from './keeping.ts';
import { RegistrationWatch } from './trunks/registration-watch.ts';
import { SoundWatch } from './trunks/sound-watch.ts';
import { TestCalls } from './trunks/test-call.ts';
import { TrunkBook } from './trunks/trunk-book.ts';
import type { KeptTruth } from './trunks/truth-state.ts';

export interface TrunkLines {
  readonly book: TrunkBook;
  readonly forwarding: ForwardingBook;
  hear(event: EngineEvent): void;
  /** Whether test calls may be made by the clock. */
  background(may: boolean): void;
  /** Undefined when the connection is lost. */
  engineIs(engine: Engine | undefined): void;
  /** Asks the engine out of turn how the lines stand that register. */
  lookAtRegistrations(): Promise<void>;
  readonly part: Part;
}

/** Of a branch: the trunks that register at their far end. */
const registeringTrunks = ({ trunks, gateways }: Branch): readonly string[] =>
  Object.values(trunks).flatMap(({ name, gateway }) => (gateways[gateway]?.line?.register ? [name] : []));

/** Asks of a trunk at once what can be asked: the lines of its gateway, whether it is registered. */
export const trunkLook =
  (
    branch: () => Branch,
    gateways: { look(gateway: string): Promise<void> },
    lines: Pick<TrunkLines, 'lookAtRegistrations'>,
  ) =>
  (trunk: string): Promise<void> | undefined => {
    const gateway = branch().gateways[branch().trunks[trunk]?.gateway ?? ''];
    const asked = [
      ...(gateway?.watch ? [gateways.look(gateway.name)] : []),
      ...(gateway?.line?.register ? [lines.lookAtRegistrations()] : []),
    ];
    return asked.length === 0 ? undefined : Promise.all(asked).then(() => undefined);
  };

const KEPT = 'trunk/';
/** Beneath the engine's spool, where both it and this service may be. */
const TONE = 'trunks/test-tone';

export function makeTrunks(around: Around, keeping: Keeping): TrunkLines {
  const { settings, clock, log, documents, board, changed } = around;
  const { ledger, journal, alarms, append } = keeping;
  const spool = join(settings.engineDir, 'spool');
  const kept = ledger.aboutUnder(KEPT) as Readonly<Record<string, KeptTruth>>;
  const at: { engine?: Engine | undefined; quiet: boolean } = { quiet: false };
  const tests = new TestCalls({
    clock,
    log: roomLog(log, 'trunks'),
    soundFile: (recording) => join(spool, messageFile(recording)),
    tone: {
      file: join(spool, `${TONE}.sln`),
      media: `sound:${join(INSIDE.spool, TONE)}`,
    },
  });
  const isAway = (): Promise<never> => Promise.reject(new Error('the engine is away'));
  const registration = new RegistrationWatch({
    clock,
    registering: () => registeringTrunks(documents.branch),
    ask: () => at.engine?.registrations() ?? isAway(),
    tell: (trunk, registered) => book.registration(trunk, registered),
  });
  const sound = new SoundWatch({
    clock,
    packets: (channel) => at.engine?.soundFigures(channel) ?? isAway(),
    onSilence: (trunk, id) => book.silent(trunk, id),
  });
  const forwarding = makeForwarding(around, keeping, {
    hasRoom: (trunk) => at.engine !== undefined && book.hasRoomForOwn(trunk),
    show: (trunk) => book.show(trunk),
  });
  const book: TrunkBook = new TrunkBook({
    clock,
    branch: () => documents.branch,
    alarms,
    board,
    append,
    kept: (trunk) => kept[KEPT + trunk],
    keep: (trunk, truth) => journal.keep(KEPT + trunk, truth),
    minuteOfDay: (now) => localTime(documents.branch.site.timezone, now).minute,
    mayTest: () => !at.quiet,
    tests,
    sound,
    forwarding,
    onChange: changed,
  });
  return {
    book,
    forwarding: forwarding.book,
    hear: (event) => {
      tests.hear(event);
      forwarding.hear(event);
    },
    background: (may) => {
      at.quiet = !may;
    },
    engineIs: (engine) => {
      at.engine = engine;
      tests.engineIs(engine);
      forwarding.engineIs(engine);
      registration.engineIsNew();
      void registration.look();
    },
    lookAtRegistrations: () => registration.look(),
    part: {
      name: 'trunks',
      start: () => {
        registration.start();
        forwarding.start();
      },
      stop: () => {
        registration.stop();
        book.stop();
        sound.stop();
        tests.stop();
        forwarding.stop();
      },
    },
  };
}
