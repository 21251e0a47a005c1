/** Opens, listens and loses the one ARI connection that is the Engine of port.ts. */
import { AriClient } from './ari/client.ts';
import { EngineRefused } from './ari/errors.ts';
import { commandLine } from './command-line.ts';
import { bridgeCommands, channelCommands, claim, legCommands, type Line } from './commands.ts';
import { Entering, LostOnTheWay } from './entering.ts';
import { HEARD, heardIn, type Heard } from './events.ts';
import type { EngineAccess } from './instance/start.ts';
import { endpointName } from './names.ts';
import { PeersInUse } from './peers-in-use.ts';
import type { Engine, EngineEvent, Peer, PeerFacts } from './port.ts';
import { questions } from './questions.ts';
import { Recordings } from './recordings.ts';
import { registrations } from './registrations.ts';
import { CLAIM_MS } from './settings.ts';
import { listPeers, settledSnapshot } from './snapshot.ts';

export interface ConnectOptions {
  readonly access: EngineAccess;
  /** In milliseconds, for connecting and for each command. */
  readonly timeoutMs: number;
  /** In the order things happened; must return quickly and not throw. */
  readonly onEvent: (event: EngineEvent) => void;
  /** False for one who only looks: calls that are offered are left to the engine. */
  readonly takes?: boolean;
}

/** @throws EngineSilent when nobody is there. 'connected' is reported before this returns, 'lost' once, later. */
export async function connectEngine(order: ConnectOptions): Promise<Engine> {
  const { access, timeoutMs, onEvent, takes = true } = order;
  const { app, birth } = access;
  const [entering, reachability] = [new Entering(timeoutMs), new Reachability()];
  let asked: Promise<unknown> = Promise.resolve();
  const line: Line = {
    app,
    tell: async (name, parts) => {
      const answered = ari.request(name, parts);
      asked = answered.catch(() => undefined);
      await answered;
    },
  };
  const take = taker(line, entering, onEvent);
  const peersInUse = new PeersInUse({
    everyMs: IN_USE_MS,
    ask: () => reachability.heldAgainst(() => listPeers(ari)),
    found: (facts) => reachability.tell(facts, onEvent),
  });
  const ears = fromOpening((heard: Heard) =>
    pass(heard, { entering, reachability, peersInUse, take, onEvent }),
  );
  const ari = await AriClient.open({
    ...access,
    timeoutMs,
    events: HEARD,
    onEvent: (event) => {
      const heard = heardIn(event);
      if (heard && (takes || heard.type !== 'call-offered')) ears.hear(heard);
    },
    onLost: (reason) => {
      entering.lost(reason);
      peersInUse.close();
      onEvent({ type: 'lost', reason });
    },
  });
  ears.opened();
  try {
    await hearCalls(ari, app);
    reachability.found(await hearPeers(ari, app, reachability));
  } catch (error) {
    ari.close();
    throw error;
  }
  onEvent({ type: 'connected', birth });
  const console = commandLine(access.control, timeoutMs);
  const recordings = new Recordings({
    commands: console,
    nameOf: async (channel) =>
      (await ari.request('GET /channels/{channelId}', { path: { channelId: channel } })).name,
    settled: async () => {
      await asked;
    },
  });
  const commands = channelCommands(line, entering);
  return {
    birth,
    ...commands,
    hangup: (channel, cause) =>
      commands.hangup(channel, cause).catch((error: unknown) => {
        if (!(error instanceof EngineRefused) || error.status !== GONE) throw error;
        // Its end may have been told before anybody listened.
        onEvent({ type: 'channel-gone', channel, cause: { code: 16, text: 'it was gone already' } });
      }),
    ...legCommands(line, entering),
    ...bridgeCommands(line, entering),
    ...questions(ari),
    registrations: () => registrations(console),
    record: (order) => recordings.record(order),
    stopRecording: (channel) => recordings.stop(channel),
    snapshot: (known = new Set()) => settledSnapshot(ari, birth, known, (channel) => claim(line, channel)),
    peers: () => reachability.ask(() => hearPeers(ari, app, reachability)),
    ping: () => line.tell('GET /asterisk/ping', {}),
    close: () => {
      peersInUse.close();
      ari.close();
    },
  };
}

/**
 * What is decided for a call is not kept waiting until it is ours: its commands wait instead. One that may be another's by now is ours when
 * it enters.
 */
const taker =
  (line: Line, entering: Entering, onEvent: ConnectOptions['onEvent']): Ears['take'] =>
  (call) => {
    if (Math.abs(Date.now() - call.offeredAt) > SURE_MS) {
      claim(line, call.channel).catch(() => undefined);
      return;
    }
    entering
      .bring(call.channel, () => claim(line, call.channel))
      .catch((error: unknown) => {
        // The adoption of the next connection finds out: it may be in, and would else be ended here and begun anew there.
        if (error instanceof LostOnTheWay) return;
        const text = error instanceof Error ? error.message : String(error);
        onEvent({ type: 'channel-gone', channel: call.channel, cause: { code: NOT_OURS, text } });
      });
    onEvent({ ...call, type: 'channel-arrived' });
  };

/** A call that is offered as the line opens would else be claimed by a line that is not there yet, and be taken for refused. */
export function fromOpening<T>(hear: (heard: T) => void): { hear: (heard: T) => void; opened: () => void } {
  let early: T[] | undefined = [];
  return {
    hear: (heard) => (early ? void early.push(heard) : hear(heard)),
    opened: () => {
      const waiting = early ?? [];
      early = undefined;
      waiting.forEach(hear);
    },
  };
}

interface Ears {
  readonly entering: Entering;
  readonly reachability: Reachability;
  readonly peersInUse: PeersInUse;
  readonly take: (call: Extract<Heard, { type: 'call-offered' }>) => void;
  readonly onEvent: ConnectOptions['onEvent'];
}

/** What is the engine's own business ends here; the rest is passed on. */
function pass(heard: Heard, { entering, reachability, peersInUse, take, onEvent }: Ears): void {
  switch (heard.type) {
    case 'call-offered':
      // A number that is none is left to the engine, which refuses it.
      return heard.dialled === '' ? undefined : take(heard);
    case 'call-entered':
      // One that was claimed before this connection is in nobody's record.
      return entering.entered(heard.channel) ? undefined : onEvent({ ...heard, type: 'channel-arrived' });
    case 'leg-entered':
      entering.entered(heard.channel);
      return;
    case 'peer-in-use':
      return peersInUse.inUse(heard.peer);
    case 'peer-state':
      peersInUse.free(heard.peer);
      return reachability.changed(heard.peer, heard.reachable) ? onEvent(heard) : undefined;
    case 'channel-gone':
      entering.gone(heard.channel);
      return onEvent(heard);
    default:
      return onEvent(heard);
  }
}

/** An offer that is older by the wall clock was heard late, as by a service that hung. */
const SURE_MS = CLAIM_MS / 2;
const GONE = 404;

/** Q.850 'temporary failure': the engine went on alone, or the caller was gone before we had him. */
const NOT_OURS = 41;

/** How soon a gateway or telephone that dies beneath a call is noticed. */
const IN_USE_MS = 5_000;

/** The filter holds back answers and the takeover notice too, unless they are named. */
const NOT_EVENTS = ['RESTResponse', 'ApplicationReplaced'];

async function hearCalls(ari: AriClient, app: string): Promise<void> {
  const path = { applicationName: app };
  const allowed = [...HEARD, ...NOT_EVENTS].map((type) => ({ type }));
  await ari.request('PUT /applications/{applicationName}/eventFilter', { path, body: { allowed } });
  // Every channel, as one that hangs up leaves the application first, and its end is then told only to who asked for it.
  const query = { eventSource: ['channel:'] };
  await ari.request('POST /applications/{applicationName}/subscription', { path, query });
}

/** How the peers stand; those that came with a document since are heard of from now on. */
async function hearPeers(
  ari: AriClient,
  app: string,
  { heardOf }: Reachability,
): Promise<readonly PeerFacts[]> {
  const found = await listPeers(ari);
  const names = found.map(({ peer }) => endpointName(peer)).filter((name) => !heardOf.has(name));
  if (names.length === 0) return found;
  const query = { eventSource: names.map((name) => `deviceState:PJSIP/${name}`) };
  await ari.request('POST /applications/{applicationName}/subscription', {
    path: { applicationName: app },
    query,
  });
  for (const name of names) heardOf.add(name);
  // What changed before anybody listened is in the answer, and what changes from now on is told.
  return listPeers(ari);
}

/** A device speaks up with every call of its; only that it came or went is news. */
export class Reachability {
  /** Whose changes are told of, by endpoint. */
  readonly heardOf = new Set<string>();
  readonly #last = new Map<string, boolean>();
  /** What was heard while questions are under way, of each of them. */
  readonly #heard = new Set<Map<string, boolean>>();

  changed(peer: Peer, reachable: boolean): boolean {
    const name = endpointName(peer);
    for (const heard of this.#heard) heard.set(name, reachable);
    if (this.#last.get(name) === reachable) return false;
    this.#last.set(name, reachable);
    return true;
  }

  tell(facts: readonly PeerFacts[], onEvent: ConnectOptions['onEvent']): void {
    for (const { peer, reachable } of facts)
      if (this.changed(peer, reachable)) onEvent({ type: 'peer-state', peer, reachable });
  }

  found(facts: readonly PeerFacts[]): void {
    for (const { peer, reachable } of facts) this.changed(peer, reachable);
  }

  /** An answer may be older than what was heard while it was under way; then what was heard stands. */
  async ask(question: () => Promise<readonly PeerFacts[]>): Promise<readonly PeerFacts[]> {
    const facts = await this.heldAgainst(question);
    this.found(facts);
    return facts;
  }

  /** The same, and what changed by it is still to be told. */
  async heldAgainst(question: () => Promise<readonly PeerFacts[]>): Promise<readonly PeerFacts[]> {
    const heard = new Map<string, boolean>();
    this.#heard.add(heard);
    const facts = await question().finally(() => this.#heard.delete(heard));
    return facts.map((each) => ({
      ...each,
      reachable: heard.get(endpointName(each.peer)) ?? each.reachable,
    }));
  }
}
