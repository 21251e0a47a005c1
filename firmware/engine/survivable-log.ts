/**
 * The calls the engine handled alone, from the lines its dial plan wrote (files/survivable-contexts.ts). Lines, not one
 * record: an engine killed in the middle has still said that the call began, and whether it was answered.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { peerOfEndpoint, type Peer } from './names.ts';

export interface SurvivableCall {
  readonly channel: string;
  readonly kind: 'inbound' | 'internal' | 'emergency' | 'refused';
  readonly from?: Peer;
  /** Digits only. */
  readonly callerNumber: string;
  readonly dialled: string;
  /** Wall clock, whole seconds, in milliseconds since 1970. */
  readonly beganAt: number;
  readonly answeredAt?: number;
  readonly answeredBy?: Peer;
  /** Undefined while the call goes on, or when the engine was killed in it. */
  readonly endedAt?: number;
  /** Why the firmware did not have it: not claimed in time, refused by it, or given back. */
  readonly why: string;
  /** Q.850. */
  readonly cause?: number;
}

export interface SurvivableReading {
  readonly calls: readonly SurvivableCall[];
  /** Lines that no dial plan of ours writes: reported, never guessed at. */
  readonly unreadable: readonly string[];
}

const KINDS = ['inbound', 'internal', 'emergency', 'refused'] as const;

/** In the order the calls began. */
export function readSurvivable(text: string): SurvivableReading {
  const calls = new Map<string, SurvivableCall>();
  const unreadable: string[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [what = '', channel = '', ...fields] = line.split('|');
    const before = calls.get(channel);
    const after = what === 'began' ? began(channel, fields) : before && continued(before, what, fields);
    if (after) calls.set(channel, after);
    else unreadable.push(line);
  }
  return { calls: [...calls.values()], unreadable };
}

function began(channel: string, fields: readonly string[]): SurvivableCall | undefined {
  const [at = '', kind, endpoint = '', callerNumber = '', dialled = '', why = ''] = fields;
  const known = KINDS.find((name) => name === kind);
  if (!known || !/^\d+$/.test(at)) return undefined;
  const from = peerOfEndpoint(endpoint);
  return {
    channel,
    kind: known,
    ...(from ? { from } : {}),
    callerNumber,
    dialled,
    beganAt: Number(at) * 1000,
    why,
  };
}

function continued(
  call: SurvivableCall,
  what: string,
  [at = '', ...rest]: readonly string[],
): SurvivableCall | undefined {
  if (!/^\d+$/.test(at)) return undefined;
  const time = Number(at) * 1000;
  if (what === 'answered') {
    const by = peerOfEndpoint(rest[0] ?? '');
    return { ...call, answeredAt: time, ...(by ? { answeredBy: by } : {}) };
  }
  if (what === 'ended') return { ...call, endedAt: time, cause: Number(rest[1] ?? 0) };
  return undefined;
}

export interface Harvest extends SurvivableReading {
  /** Removes the lines of engines that are gone. Call it when the calls are on disk elsewhere; without it they come again. */
  readonly done: () => void;
}

/**
 * Every such call that is over, of this engine and of the ones before it; each start of the engine has a file of its own.
 * Calls of the running engine come again with each harvest: enter them by their channel, which never repeats.
 */
export function harvestSurvivable(
  directory: string,
  running: { readonly birth: string; readonly channels: ReadonlySet<string> } | undefined,
): Harvest {
  const files = existsSync(directory)
    ? readdirSync(directory)
        .filter((name) => name.endsWith('.log'))
        .sort()
    : [];
  const readings = files.map((name) => readSurvivable(readFileSync(join(directory, name), 'utf8')));
  const over = files.filter((name) => name !== `${running?.birth}.log`);
  return {
    calls: readings
      .flatMap(({ calls }) => calls)
      .filter((call) => running?.channels.has(call.channel) !== true),
    unreadable: readings.flatMap(({ unreadable }) => unreadable),
    done: () => over.forEach((name) => rmSync(join(directory, name), { force: true })),
  };
}
