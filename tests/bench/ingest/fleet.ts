/** Many simulated boxes that always have more to tell than they may: as much is under way as was agreed, and never more. */
import { DRAIN_TUNING } from '@branchline/firmware/uplink/drain-core';
import type { Identities } from './identities.ts';
import { TENANT } from './identities.ts';
import { SimBox } from './sim-box.ts';
import { framesOf, type Batching } from './story.ts';

export interface FleetOrder {
  readonly port: number;
  readonly identities: Identities;
  readonly boxes: number;
  readonly batching: Batching;
  /**
   * `acked`: each box keeps its own window, by headquarters' word, as a box does. `told`: all together keep the same number of
   * frames under way, by what the peer says it has stored, as nobody tells its boxes.
   */
  readonly window: 'acked' | 'told';
  readonly greets?: boolean;
}

const AT_ONCE = 20;

export class Fleet {
  readonly boxes: readonly SimBox[];
  readonly #window: FleetOrder['window'];
  #turn = 0;
  #told = 0;
  #going = false;

  private constructor(boxes: readonly SimBox[], window: FleetOrder['window']) {
    this.boxes = boxes;
    this.#window = window;
    for (const box of boxes) box.onAcked = () => this.#refill(box);
  }

  static async open({
    port,
    identities,
    boxes: count,
    batching,
    window,
    greets,
  }: FleetOrder): Promise<Fleet> {
    const boxes: SimBox[] = [];
    for (let first = 0; first < count; first += AT_ONCE) {
      const names = identities.boxes.slice(first, Math.min(count, first + AT_ONCE));
      const opened = names.map(({ name, context }, index) =>
        SimBox.open({
          tenant: TENANT,
          name,
          port,
          context,
          greets,
          frames: framesOf(first + index, batching),
        }),
      );
      boxes.push(...(await Promise.all(opened)));
    }
    return new Fleet(boxes, window);
  }

  go(): void {
    this.#going = true;
    if (this.#window === 'told') this.#pump();
    else for (const box of this.boxes) this.#refill(box);
  }

  /** Messages that the peer has stored so far. */
  told(messages: number): void {
    this.#told = messages;
    if (this.#window === 'told') this.#pump();
  }

  close(): void {
    this.#going = false;
    for (const box of this.boxes) box.close();
  }

  /** Why a box lost its line while it should have had one. */
  get fault(): string | undefined {
    const lost = this.boxes.find(({ fault }) => fault !== undefined);
    return lost && `${lost.name}: ${lost.fault ?? ''}`;
  }

  sum(of: (box: SimBox) => number): number {
    return this.boxes.reduce((total, box) => total + of(box), 0);
  }

  #refill(box: SimBox): void {
    while (this.#going && box.fault === undefined && box.flying < DRAIN_TUNING.window) box.send();
  }

  #pump(): void {
    if (this.fault !== undefined) return;
    let free = this.#told + DRAIN_TUNING.window * this.boxes.length - this.sum(({ sent }) => sent.messages);
    while (this.#going && free > 0) {
      const box = this.boxes[this.#turn % this.boxes.length];
      for (let frame = 0; frame < Math.min(free, DRAIN_TUNING.window); frame += 1) box?.send();
      free -= DRAIN_TUNING.window;
      this.#turn += 1;
    }
  }
}
