/** From the engine's figures of a channel to what the ledger says of its sound. Pure. */
import type { CallSound } from '@branchline/contracts/call-sound';
import type { SoundFigures } from '../engine/port.ts';
import { mosOf, rating } from './e-model.ts';

/** Two seconds at 20 ms a packet: then some should have come the other way as well. */
const SILENT_AFTER = 100;
const PACKET_MS = 20;

/** Undefined where there is nothing to say yet: hardly a packet has gone either way. */
export function partySound(figures: SoundFigures): Omit<CallSound, 'leg' | 'who'> | undefined {
  const { received, sent, lost, jitterMs, reported } = figures;
  if (received === 0 && sent < SILENT_AFTER) return undefined;
  const roundTripMs = reported?.roundTripMs;
  const from = received === 0 ? {} : quality(received + lost, lost, jitterMs, roundTripMs);
  const to =
    sent === 0 || !reported ? {} : quality(sent, reported.lost, reported.jitterMs, reported.roundTripMs);
  const silent = received === 0 ? 'from' : sent === 0 && received >= SILENT_AFTER ? 'to' : undefined;
  return {
    from: { packets: received, ...from },
    to: { packets: sent, ...to },
    ...(roundTripMs === undefined ? {} : { roundTripMs: rounded(roundTripMs, 10) }),
    ...(silent ? { silent } : {}),
  };
}

function quality(expected: number, lost: number, jitterMs: number, roundTripMs = 0) {
  const lostPercent = Math.min(100, (100 * lost) / expected);
  // A jitter buffer holds about twice the jitter, and never less than a packet; making a packet takes its own length.
  const delayMs = roundTripMs / 2 + PACKET_MS + Math.max(PACKET_MS, 2 * jitterMs);
  return {
    lostPercent: rounded(lostPercent, 100),
    jitterMs: rounded(jitterMs, 10),
    mos: rounded(mosOf(rating({ lostPercent, delayMs })), 100),
  };
}

const rounded = (value: number, parts: number): number => Math.round(value * parts) / parts;
