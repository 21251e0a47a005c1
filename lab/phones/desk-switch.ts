/** Telephones of desks that can be cut off, each by itself. */
import type { LabPhoneFault } from '@branchline/contracts/lab';
import type { DeskPhone } from './desk-phone.ts';

export class CutOffPhone {
  /** As the branch document names it. */
  readonly name: string;
  readonly #phone: Pick<DeskPhone, 'plug' | 'unplug'>;
  #away = false;

  constructor(name: string, phone: Pick<DeskPhone, 'plug' | 'unplug'>) {
    this.name = name;
    this.#phone = phone;
  }

  get faults(): readonly LabPhoneFault[] {
    return this.#away ? ['away'] : [];
  }

  fault(_away: LabPhoneFault, on: boolean): void {
    if (on === this.#away) return;
    this.#away = on;
    if (on) this.#phone.unplug();
    else this.#phone.plug();
  }
}
