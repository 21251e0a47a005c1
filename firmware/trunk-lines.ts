/** The trunks: what each is worth, its test calls, and what it keeps over a restart. */
import { join } from 'node:path';
import { roomLog } from '@branchline/runtime/log';
import type { Part } from '@branchline/runtime/lifecycle';
import type { Around } from './around.ts';
import { messageFile, type Engine, type EngineEvent } from './engine/port.ts';
import { INSIDE } from './engine/settings.ts';
import { localTime } from './flows/hours.ts';
import type { Keeping } from './keeping.ts';
import { SoundWatch } from './trunks/sound-watch.ts';
import { TestCalls } from './trunks/test-call.ts';
import { TrunkBook } from './trunks/trunk-book.ts';
import type { KeptTruth } from './trunks/truth-state.ts';

export interface TrunkLines {
  readonly book: TrunkBook;
  hear(event: EngineEvent): void;
  /** Whether test calls may be made by the clock. */
  background(may: boolean): void;
  /** Undefined when the connection is lost. */
  engineIs(engine: Engine | undefined): void;
  readonly part: Part;
}

const KEPT = 'trunk/';
/** Beneath the engine's spool, where both it and this service may be. */
const TONE = 'trunks/test-tone';

export function makeTrunks(
  { settings, clock, log, documents, board, changed }: Around,
  { ledger, journal, alarms, append }: Keeping,
): TrunkLines {
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
  const sound = new SoundWatch({
    clock,
    packets: (channel) => at.engine?.soundPackets(channel) ?? Promise.reject(new Error('the engine is away')),
    onSilence: (trunk, id) => book.silent(trunk, id),
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
    onChange: changed,
  });
  return {
    book,
    hear: (event) => tests.hear(event),
    background: (may) => {
      at.quiet = !may;
    },
    engineIs: (engine) => {
      at.engine = engine;
      tests.engineIs(engine);
    },
    part: {
      name: 'trunks',
      start: () => undefined,
      stop: () => {
        book.stop();
        sound.stop();
        tests.stop();
      },
    },
  };
}
