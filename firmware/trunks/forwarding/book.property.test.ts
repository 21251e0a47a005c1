/** A line's exchange under any order of documents, refusals, silence and restarts: never does it forward to two, and in the end it does what the document says. */
import fc from 'fast-check';
import type { Branch } from '@branchline/contracts/branch/model';
import { eventBodies, type NewEvent } from '@branchline/contracts/ledger';
import { lineForwarding, type CodeOutcome } from '@branchline/contracts/trunks';
import { ManualClock } from '@branchline/runtime/clock';
import { expect, test } from 'vitest';
import { branchOf, smallBranch } from '../../calls/bench.ts';
import { ForwardingBook } from './book.ts';
import type { CodeOrder } from './exchange-codes.ts';
import type { Dialled, Standing } from './standing.ts';

const LINE = 'pstn';
const cloud = {
  sip: { server: 'sip.carrier.example', username: 'shop', secret: 'cloud-box' },
  channels: 10,
};
const numbers = {
  ...smallBranch.numbers,
  north: { number: '+86 571 8600 2000', to: 'extension 8001' },
  south: { number: '+86 571 8600 3000', to: 'extension 8001' },
};

function documentTo(to: string | null, conditions: readonly string[]): Branch {
  const { pstn } = smallBranch.trunks;
  const forwarding = {
    to,
    set: conditions.map((one) => `*${one}*{number}#`),
    cancel: conditions.map((one) => `#${one}#`),
  };
  const line = to === null ? pstn : { ...pstn, forwarding };
  return branchOf({ ...smallBranch, numbers, trunks: { ...smallBranch.trunks, pstn: line, cloud } });
}

/** Where calls go, by condition: what was dialled there and taken, whether the box has heard so or not. */
class Exchange {
  readonly forwards = new Map<string, string>();

  hear(code: string): void {
    const [, set, number] = /^\*(\d+)\*(\d+)#$/.exec(code) ?? [];
    const [, cancel] = /^#(\d+)#$/.exec(code) ?? [];
    if (set !== undefined && number !== undefined) this.forwards.set(set, number);
    if (cancel !== undefined) this.forwards.delete(cancel);
  }

  get targets(): ReadonlySet<string> {
    return new Set(this.forwards.values());
  }
}

class World {
  readonly clock = new ManualClock();
  readonly exchange = new Exchange();
  readonly alarms = new Set<string>();
  readonly #kept = new Map<string, Standing>();
  branch = documentTo(null, ['41']);
  free = true;
  /** What the exchange says to the next codes, and whether it took what it did not answer. */
  says: { readonly outcome: CodeOutcome; readonly taken: boolean } = { outcome: 'taken', taken: true };
  book = this.#start();

  #start(): ForwardingBook {
    const book = new ForwardingBook({
      clock: this.clock,
      branch: () => this.branch,
      alarms: {
        raise: (code, subject) => void this.alarms.add(`${code} ${subject}`),
        clear: (code, subject) => void this.alarms.delete(`${code} ${subject}`),
      },
      append: (events: readonly NewEvent[]) =>
        events.forEach((event) => {
          if (event.type === 'trunk.forwarding') eventBodies['trunk.forwarding'].parse(event.body);
        }),
      kept: Object.fromEntries(this.#kept),
      keep: (trunk, standing) =>
        void (standing === null ? this.#kept.delete(trunk) : this.#kept.set(trunk, standing)),
      dial: (order) => Promise.resolve(this.#dial(order)),
      hasRoom: () => this.free,
      show: () => undefined,
    });
    book.start();
    return book;
  }

  #dial({ codes }: CodeOrder): Dialled {
    for (const code of codes) {
      const { outcome, taken } = this.says;
      if (outcome === 'taken' || taken) this.exchange.hear(code);
      expect(this.exchange.targets.size).toBeLessThanOrEqual(1);
      if (outcome !== 'taken') return { outcome, code, ...(outcome === 'refused' ? { cause: 29 } : {}) };
    }
    return { outcome: 'taken' };
  }

  restart(): void {
    this.book.stop();
    this.book = this.#start();
  }

  async wait(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      this.clock.advance(STEP_MS);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const STEP_MS = 30_000;
const HOUR_MS = 3_600_000;

type Happening = (world: World) => void | Promise<void>;

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc
    .record({
      to: fc.constantFrom('north', 'south', null),
      conditions: fc.constantFrom(['41'], ['40', '41'], ['40']),
    })
    .map(({ to, conditions }) => (world: World) => {
      world.branch = documentTo(to, conditions);
      world.book.look();
    }),
  fc
    .record({
      outcome: fc.constantFrom<CodeOutcome>('taken', 'taken', 'refused', 'not-answered', 'unjudged'),
      taken: fc.boolean(),
    })
    .map(({ outcome, taken }) => (world: World) => {
      world.says = { outcome, taken: outcome === 'refused' ? false : taken };
    }),
  fc.constant((world: World) => world.restart()),
  fc.boolean().map((free) => (world: World) => {
    world.free = free;
  }),
  fc.constant((world: World) => void world.book.ask(LINE)),
  fc.constantFrom(STEP_MS, 10 * STEP_MS, HOUR_MS).map((ms) => (world: World) => world.wait(ms)),
);

test('never does it forward to two, and once codes are taken it does what the document says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 25 }), async (happenings) => {
      const world = new World();
      for (const happen of happenings) {
        await happen(world);
        const shown = world.book.view(LINE);
        if (shown) lineForwarding.parse(shown);
      }
      world.says = { outcome: 'taken', taken: true };
      world.free = true;
      await world.wait(2 * HOUR_MS);
      const wanted = world.branch.trunks[LINE]?.forwarding;
      const number = wanted && `0${wanted.to.slice('+86'.length)}`;
      // In whichever order they came to stand there.
      expect(Object.fromEntries(world.exchange.forwards)).toEqual(
        Object.fromEntries(wanted?.set.map((code) => [code.slice(1, 3), number]) ?? []),
      );
      expect(world.book.view(LINE)?.state).toBe(wanted ? 'set' : undefined);
      expect([...world.alarms]).toEqual([]);
      world.book.stop();
    }),
    { numRuns: 200 },
  );
}, 60_000);
