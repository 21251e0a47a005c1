/** By which servers the box's clock is judged: as a person writes it, and as the services use it. */
import * as z from 'zod';
import { durationBetween, text } from './fields.ts';
import { durationMs, socketAddress } from './values.ts';

/** RFC 5905 §7.2. */
const NTP_PORT = 123;
const MOST = 5;

export const clock = z.strictObject({
  servers: z
    .array(text(timeServer, "a time server such as ntp.example, 10.20.0.1 or '10.20.0.1:123'"))
    .max(MOST)
    .default([])
    .describe("asked every quarter of an hour; those of the machine's own time service when left out"),
  warn: durationBetween('50ms', '1h').default('1s').describe('warned when the clock is off by more'),
});

export interface TimeServer {
  /** A name or an IPv4 address. */
  readonly host: string;
  readonly port: number;
}

export interface ClockRules {
  readonly servers: readonly TimeServer[];
  readonly warnMs: number;
}

/** Undefined when it is neither a name nor an IPv4 address, each with or without a port. */
export function timeServer(written: string): TimeServer | undefined {
  const [, host = '', digits] =
    /^([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::(\d{1,5}))?$/i.exec(written) ?? [];
  const port = digits === undefined ? NTP_PORT : Number(digits);
  if (host === '' || host.includes('..') || port < 1 || port > 65_535) return undefined;
  // What is made of digits and dots alone is meant for an address.
  if (/^[\d.]+$/.test(host) && socketAddress(host, port) === undefined) return undefined;
  return { host: host.toLowerCase(), port };
}

/** Only what the schema has let through. */
export const resolveClock = ({ servers, warn }: z.output<typeof clock>): ClockRules => ({
  servers: servers.flatMap((written) => timeServer(written) ?? []),
  warnMs: durationMs(warn) ?? 0,
});
