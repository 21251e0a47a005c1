/** Opens, listens and loses the one ARI connection that is the Engine of port.ts. */
import { AriClient } from './ari/client.ts';
import { bridgeCommands, channelCommands, legCommands, type Line } from './commands.ts';
import { eventOf, HEARD } from './events.ts';
import type { EngineAccess } from './instance/start.ts';
import { Legs } from './legs.ts';
import { endpointName } from './names.ts';
import type { Engine, EngineEvent, Peer, PeerFacts } from './port.ts';
import { listPeers, takeSnapshot } from './snapshot.ts';

export interface ConnectOptions {
  readonly access: EngineAccess;
  /** In milliseconds, for connecting and for each command. */
  readonly timeoutMs: number;
  /** In the order things happened; must return quickly and not throw. */
  readonly onEvent: (event: EngineEvent) => void;
}

/** @throws EngineSilent when nobody is there. 'connected' is reported before this returns, 'lost' once, later. */
export async function connectEngine({ access, timeoutMs, onEvent }: ConnectOptions): Promise<Engine> {
  const { app, birth } = access;
  const legs = new Legs(timeoutMs);
  const reachability = new Reachability();
  const ari = await AriClient.open({
    ...access,
    timeoutMs,
    events: HEARD,
    onEvent: (event) => {
      const happened = eventOf(event);
      if (!happened) return;
      if (happened.type === 'channel-gone') legs.gone(happened.channel);
      if (happened.type === 'leg-ready') legs.arrived(happened.channel);
      if (happened.type === 'peer-state' && !reachability.changed(happened.peer, happened.reachable)) return;
      onEvent(happened);
      if (happened.type === 'channel-arrived' || happened.type === 'leg-ready')
        void follow([happened.channel]);
    },
    onLost: (reason) => {
      legs.lost(reason);
      onEvent({ type: 'lost', reason });
    },
  });
  /** A channel that hangs up leaves the application first, and its end is then told only to who asked for the channel by name. */
  const follow = async (channels: readonly string[]): Promise<void> => {
    const eventSource = channels.map((channel) => `channel:${channel}`);
    const path = { applicationName: app };
    // Refused for a channel that has just gone: its end has then been told already.
    await ari
      .request('POST /applications/{applicationName}/subscription', { path, query: { eventSource } })
      .catch(() => undefined);
  };
  try {
    for (const { peer, reachable } of await listen(ari, app)) reachability.changed(peer, reachable);
  } catch (error) {
    ari.close();
    throw error;
  }
  onEvent({ type: 'connected', birth });

  const line: Line = {
    app,
    tell: async (name, parts) => {
      await ari.request(name, parts);
    },
  };
  return {
    birth,
    ...channelCommands(line, legs),
    ...legCommands(line, legs),
    ...bridgeCommands(line),
    snapshot: async () => {
      const first = await takeSnapshot(ari, app, birth);
      await Promise.all(first.channels.flatMap(({ channel, ours }) => (ours ? [follow([channel])] : [])));
      // Taken again, so that one that ended before it was followed is missing here.
      return first.channels.length === 0 ? first : takeSnapshot(ari, app, birth);
    },
    peers: () => reachability.ask(() => listPeers(ari)),
    ping: () => line.tell('GET /asterisk/ping', {}),
    close: () => ari.close(),
  };
}

/** The filter holds back answers and the takeover notice too, unless they are named. */
const NOT_EVENTS = ['RESTResponse', 'ApplicationReplaced'];

async function listen(ari: AriClient, app: string): Promise<readonly PeerFacts[]> {
  const path = { applicationName: app };
  const allowed = [...HEARD, ...NOT_EVENTS].map((type) => ({ type }));
  await ari.request('PUT /applications/{applicationName}/eventFilter', { path, body: { allowed } });
  const known = await listPeers(ari);
  const devices = known.map(({ peer }) => `deviceState:PJSIP/${endpointName(peer)}`);
  if (devices.length > 0) {
    await ari.request('POST /applications/{applicationName}/subscription', {
      path,
      query: { eventSource: devices },
    });
  }
  return known;
}

/** A device speaks up with every call of its; only that it came or went is news. */
export class Reachability {
  readonly #last = new Map<string, boolean>();
  #heard: Map<string, boolean> | undefined;

  changed(peer: Peer, reachable: boolean): boolean {
    const name = endpointName(peer);
    this.#heard?.set(name, reachable);
    if (this.#last.get(name) === reachable) return false;
    this.#last.set(name, reachable);
    return true;
  }

  /** An answer may be older than what was heard while it was under way; then what was heard stands. */
  async ask(question: () => Promise<readonly PeerFacts[]>): Promise<readonly PeerFacts[]> {
    const heard = (this.#heard = new Map<string, boolean>());
    const facts = await question();
    return facts.map((each) => {
      const name = endpointName(each.peer);
      const reachable = heard.get(name) ?? each.reachable;
      this.#last.set(name, reachable);
      return { ...each, reachable };
    });
  }
}
