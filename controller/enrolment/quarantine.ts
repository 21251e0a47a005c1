/** Two boxes with one identity are noticed, and neither is believed until a person has told them apart. */
import type { Payload } from '@branchline/contracts/topics';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import { Turns } from '@branchline/runtime/turns';
import type { FleetBoard } from '../fleet/board.ts';
import type { DocumentVersions } from '../store/document-versions.ts';
import type { Identities } from '../store/identities.ts';
import { runCame, type Runs } from './twins.ts';

export interface QuarantineParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly identities: Identities;
  readonly versions: DocumentVersions;
  readonly board: FleetBoard;
  /** Ends the box's session: it comes again as one that is not believed. */
  readonly cut: (box: string) => void;
}

export class Quarantine {
  readonly #parts: QuarantineParts;
  readonly #runs = new Map<string, Runs>();
  readonly #turns = new Turns();

  constructor(parts: QuarantineParts) {
    this.#parts = parts;
  }

  /** After a start: the board knows who is in quarantine. */
  async load(): Promise<void> {
    for (const box of await this.#parts.identities.inQuarantine()) await this.show(box);
  }

  /** The board shows what holds now. */
  show(box: string): Promise<void> {
    return this.#turns.take(box, () => this.#show(box));
  }

  async #show(box: string): Promise<void> {
    const { board, identities } = this.#parts;
    const quarantinedAt = await identities.quarantinedAt(box);
    if ((board.of(box)?.quarantinedAt ?? null) !== quarantinedAt) board.change(box, { quarantinedAt });
  }

  async online(box: string, { run }: Payload<'presence'>): Promise<void> {
    if (run === undefined) return;
    const { runs, twins } = runCame(this.#runs.get(box) ?? [], run);
    this.#runs.set(box, runs);
    if (twins) await this.#turns.take(box, () => this.#begin(box));
  }

  async #begin(box: string): Promise<void> {
    const { clock, log, identities, versions, cut } = this.#parts;
    if ((await identities.quarantinedAt(box)) !== null) return;
    log.error({ box }, 'two boxes use one identity: both are put in quarantine');
    await identities.together(async () => {
      const at = clock.now();
      await identities.quarantine(box, at);
      const detail = 'two boxes use one identity';
      await versions.note({ at, who: 'headquarters', address: '', action: 'box-quarantined', box, detail });
    });
    await this.#show(box);
    cut(box);
  }
}
