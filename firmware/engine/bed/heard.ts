/** What a test has heard from the engine, in order, with a wait that ends. */
import { EventEmitter, once } from 'node:events';
import type { EngineEvent } from '../port.ts';

type Of<Type extends EngineEvent['type']> = Extract<EngineEvent, { type: Type }>;

export class Heard {
  readonly #events: EngineEvent[] = [];
  readonly #news = new EventEmitter();

  add(event: EngineEvent): void {
    this.#events.push(event);
    this.#news.emit('event');
  }

  /** The first event of the type that fits and was not taken before, past or to come; it is taken. @throws when it is not heard in time, saying what was. */
  async next<Type extends EngineEvent['type']>(
    type: Type,
    fits: (event: Of<Type>) => boolean = () => true,
    withinMs = 5_000,
  ): Promise<Of<Type>> {
    const signal = AbortSignal.timeout(withinMs);
    for (;;) {
      const index = this.#events.findIndex((event) => event.type === type && fits(event as Of<Type>));
      if (index >= 0) return this.#events.splice(index, 1)[0] as Of<Type>;
      await once(this.#news, 'event', { signal }).catch(() => {
        throw new Error(`no ${type} within ${withinMs} ms; heard ${JSON.stringify(this.#events)}`);
      });
    }
  }
}
