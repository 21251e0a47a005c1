/** Keeps one address registered (RFC 3261 section 10.2). */
import { randomUUID } from 'node:crypto';
import type { After } from '../timers.ts';
import type { Endpoint } from '../udp.ts';
import { formatNameAddr, parseNameAddr, type NameAddr } from './address.ts';
import { newTag } from './dialog.ts';
import type { Credentials } from './digest.ts';
import { header, headerValues, type SipResponse } from './message.ts';
import { exchange } from './requests.ts';
import type { Transactions } from './transactions.ts';

export interface RegistrationDeps {
  readonly transactions: Transactions;
  readonly credentials: Credentials | undefined;
  readonly identity: NameAddr;
  /** The address that calls are to be sent to. */
  readonly contact: string;
  readonly registrar: Endpoint;
  readonly after: After;
  readonly onChange: (state: RegistrationState) => void;
}

export type RegistrationState =
  | { readonly kind: 'registered'; readonly expiresS: number }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'gone' };

/** A registrar that does not answer, or refuses, is tried again after this. */
const RETRY_MS = 5_000;

export class Registration {
  readonly #deps: RegistrationDeps;
  readonly #callId = randomUUID();
  readonly #tag = newTag();
  #seq = 0;
  #state: RegistrationState = { kind: 'gone' };
  #stopRefresh = (): void => undefined;
  #wanted = false;

  constructor(deps: RegistrationDeps) {
    this.#deps = deps;
  }

  get state(): RegistrationState {
    return this.#state;
  }

  /** Registers, and keeps on refreshing whatever comes of it. Resolves with what came of the first try. */
  start(expiresS: number): Promise<RegistrationState> {
    this.#wanted = true;
    this.#stopRefresh();
    return this.#refresh(expiresS);
  }

  /** Takes the address off the registrar; it is given up even when nobody answers. */
  async stop(): Promise<void> {
    this.#wanted = false;
    this.#stopRefresh();
    if (this.#state.kind === 'registered') await this.#send(0).catch(() => undefined);
    this.#become({ kind: 'gone' });
  }

  /** No more refreshing, and no word to the registrar. */
  abandon(): void {
    this.#wanted = false;
    this.#stopRefresh();
  }

  async #refresh(expiresS: number): Promise<RegistrationState> {
    const state = await this.#send(expiresS).then(
      (response) => this.#judge(response, expiresS),
      () => ({ kind: 'silent' }) as const,
    );
    if (!this.#wanted) return state;
    this.#become(state);
    const pause = state.kind === 'registered' ? state.expiresS * 900 : RETRY_MS;
    this.#stopRefresh = this.#deps.after(pause, () => void this.#refresh(expiresS));
    return state;
  }

  #judge(response: SipResponse, askedS: number): RegistrationState {
    if (response.status >= 300) return { kind: 'refused', status: response.status };
    const ours = headerValues(response, 'Contact')
      .map(parseNameAddr)
      .find(({ uri }) => uri === this.#deps.contact);
    const granted = Number(ours?.params['expires'] ?? header(response, 'Expires') ?? askedS);
    return { kind: 'registered', expiresS: Math.max(1, granted) };
  }

  #send(expiresS: number): Promise<SipResponse> {
    const { transactions, credentials, identity, contact, registrar } = this.#deps;
    return exchange(transactions, credentials, {
      to: registrar,
      build: (more) => ({
        kind: 'request',
        method: 'REGISTER',
        uri: `sip:${registrar.host}:${registrar.port}`,
        headers: [
          ['Max-Forwards', '70'],
          ['From', formatNameAddr({ ...identity, params: { tag: this.#tag } })],
          ['To', formatNameAddr(identity)],
          ['Call-ID', this.#callId],
          ['CSeq', `${++this.#seq} REGISTER`],
          ['Contact', `<${contact}>;expires=${expiresS}`],
          ['Expires', String(expiresS)],
          ...more,
        ],
        body: '',
      }),
    });
  }

  #become(state: RegistrationState): void {
    this.#state = state;
    this.#deps.onChange(state);
  }
}
