/** What the exchange of each line is kept at, put together: what the document asks, the codes at the engine, and what outlives a restart. */
import type { LineForwarding } from '@branchline/contracts/trunks';
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import type { Engine, EngineEvent } from './engine/port.ts';
import type { Keeping } from './keeping.ts';
import { ForwardingBook } from './trunks/forwarding/book.ts';
import { ExchangeCodes } from './trunks/forwarding/exchange-codes.ts';
import type { Standing } from './trunks/forwarding/standing.ts';

export interface LinesForwarded {
  readonly book: ForwardingBook;
  documentChanged(): void;
  view(trunk: string): LineForwarding | null;
  isDialling(trunk: string): boolean;
  giveUp(trunk: string): void;
  hear(event: EngineEvent): void;
  /** Undefined when the connection is lost. */
  engineIs(engine: Engine | undefined): void;
  start(): void;
  stop(): void;
}

const KEPT = 'forwarding/';

export function makeForwarding(
  { clock, log, documents, changed }: Around,
  { ledger, journal, alarms, append }: Keeping,
  trunks: { hasRoom(trunk: string): boolean; show(trunk: string): void },
): LinesForwarded {
  const codes = new ExchangeCodes({ clock, log: roomLog(log, 'forwarding') });
  const kept = Object.entries(ledger.aboutUnder(KEPT)) as [string, Standing][];
  const book = new ForwardingBook({
    ...{ clock, alarms, append, branch: () => documents.branch },
    kept: Object.fromEntries(kept.map(([key, standing]) => [key.slice(KEPT.length), standing])),
    keep: (trunk, standing) => journal.keep(KEPT + trunk, standing),
    dial: (order) => codes.dial(order),
    hasRoom: (trunk) => trunks.hasRoom(trunk),
    show: (trunk) => {
      trunks.show(trunk);
      changed();
    },
  });
  return {
    book,
    documentChanged: () => book.look(),
    view: (trunk) => book.view(trunk),
    isDialling: (trunk) => book.isDialling(trunk),
    giveUp: (trunk) => codes.giveUp(trunk),
    hear: (event) => codes.hear(event),
    engineIs: (engine) => {
      codes.engineIs(engine);
      if (engine) book.look();
    },
    start: () => book.start(),
    stop: () => {
      book.stop();
      codes.stop();
    },
  };
}
