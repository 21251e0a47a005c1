/** Who did what at the box's page, for the ledger. Everybody shares the box's password, so a person is known by address. */
import type { Request } from 'express';
import type { NewEvent } from '@branchline/contracts/ledger';
import type { Clock } from '@branchline/runtime/clock';
import { isVisitor } from './visitors.ts';

export const OPERATOR_ACTIONS = [
  'signed-in',
  'sign-in-refused',
  'signed-out',
  'password-changed',
  'password-change-refused',
  'agent-ready',
  'agent-not-ready',
  'agent-signed-out',
  'agent-wrap-up',
  'recording-played',
  'voicemail-played',
  'voicemail-deleted',
  'call-supervised',
  'call-supervision-ended',
  'call-moved',
  'call-picked-up',
  'call-given',
  'call-parked',
  'call-held',
  'call-resumed',
  'call-consulted',
  'call-transferred',
  'call-conferenced',
  'callback-cancelled',
  'extension-released',
  'trunk-drained',
  'trunk-busied-out',
  'trunk-put-back',
  'trunk-tested',
  'trunk-forwarding-set',
  'trunk-looked-at',
  'alarm-acknowledged',
  'maintenance-opened',
  'maintenance-ended',
  'ups-tested',
  'self-check-ordered',
  'safe-mode-left',
  'document-taken',
  'visit-ended',
] as const;
export type OperatorAction = (typeof OPERATOR_ACTIONS)[number];

export interface OperatorBook {
  /** @param address of the browser, as the socket tells it. */
  note(address: string | undefined, action: OperatorAction, subject?: string): void;
}

export function operatorBook(clock: Clock, append: (events: readonly NewEvent[]) => void): OperatorBook {
  return {
    note(address, action, subject) {
      const who = consoleAt(address);
      const body = { who, action, ...(subject !== undefined && { subject }) };
      append([{ type: 'operator.action', at: clock.now(), body }]);
    },
  };
}

export const addressOf = (request: Request): string | undefined => request.socket.remoteAddress;

/** A person at the page, as the ledger names him: by name only who comes through headquarters. */
export const consoleAt = (address: string | undefined): string =>
  address !== undefined && isVisitor(address) ? address : `console ${plain(address)}`;

/** An IPv4 address that came in over an IPv6 socket is shown as people know it. */
const plain = (address: string | undefined): string => address?.replace(/^::ffff:/, '') ?? 'unknown';
