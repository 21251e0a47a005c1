/**
 * The generic carrier with an HTTP API (docs/carrier-api.md): asked by PUT under one key for each order, then read back by GET. Its own
 * 'done' proves nothing; what is read back does. Asked again under the same key while it fails or is silent, until the time is over.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Carrier, CarrierWord } from './carrier.ts';

const route = z.looseObject({ to: z.string() });

export interface HttpCarrierOptions {
  /** Of the API, without a slash at its end. */
  readonly url: string;
  /** Sent as a bearer; never logged. */
  readonly token: string;
  /** What the carrier calls a target that has another name with it. */
  readonly targets?: Readonly<Record<string, string>>;
  readonly promiseS: number;
  readonly settlesMs: number;
  /** One question, ms. */
  readonly answersWithinMs: number;
  /** All questions of one order together, ms. */
  readonly givesUpAfterMs: number;
  /** Between two questions, ms. */
  readonly againAfterMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** These may be gone when it is asked again (RFC 9110 § 15.5.9, RFC 6585 § 4). */
const PASSING = new Set([408, 425, 429]);

export function httpCarrier(options: HttpCarrierOptions): Carrier {
  const { promiseS, settlesMs, clock, givesUpAfterMs, againAfterMs } = options;
  return {
    promiseS,
    settlesMs,
    async route(number, wanted) {
      const target = options.targets?.[wanted] ?? wanted;
      const key = randomUUID();
      const until = clock.monotonic() + givesUpAfterMs;
      for (let first = true; ; first = false) {
        const word = await order(options, number, target, key);
        // What got no answer before may have been taken then: a refusal of its repeat does not undo it.
        if (word === 'refused' && !first) return 'nothing';
        if (word === 'confirmed' || word === 'refused' || clock.monotonic() + againAfterMs >= until)
          return word;
        await new Promise<void>((resolve) => clock.after(againAfterMs, resolve));
      }
    },
  };
}

async function order(
  options: HttpCarrierOptions,
  number: string,
  target: string,
  key: string,
): Promise<CarrierWord> {
  const body = JSON.stringify({ to: target });
  const asked = await ask(options, number, { method: 'PUT', body, headers: { 'idempotency-key': key } });
  if (asked && asked.status >= 400 && asked.status < 500 && !PASSING.has(asked.status)) {
    options.log.warn({ number, target, status: asked.status }, 'the carrier refused to move a number');
    return 'refused';
  }
  if (!asked?.ok) return 'nothing';
  const seen = await ask(options, number, { method: 'GET' });
  if (!seen?.ok || seen.to === undefined) return 'nothing';
  return seen.to === target ? 'confirmed' : 'otherwise';
}

async function ask(
  { url, token, answersWithinMs, log }: HttpCarrierOptions,
  number: string,
  init: { method: string; body?: string; headers?: Record<string, string> },
): Promise<{ ok: boolean; status: number; to: string | undefined } | undefined> {
  try {
    const answer = await fetch(`${url}/numbers/${encodeURIComponent(number)}/route`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...init.headers },
      redirect: 'error',
      signal: AbortSignal.timeout(answersWithinMs),
    });
    const said = route.safeParse(await answer.json().catch(() => undefined));
    return { ok: answer.ok, status: answer.status, to: said.data?.to };
  } catch (error) {
    log.debug({ err: error, number }, 'the carrier did not answer');
    return undefined;
  }
}
