/** For property tests of the core: an engine on paper that does what it is told and can be told to misbehave. */
import type { EngineSnapshot } from './adoption.ts';
import type { CallEffect, CallEvent } from './events.ts';

interface PaperChannel {
  state: 'down' | 'up';
  arrival?: Extract<CallEvent, { type: 'arrived' }>;
  /** The channel whose sound it copies. */
  of?: string;
}

export class PaperEngine {
  readonly channels = new Map<string, PaperChannel>();
  readonly bridges = new Map<string, Set<string>>();
  /** What will be reported, in order. */
  readonly pending: CallEvent[] = [];

  perform(effects: readonly CallEffect[]): void {
    for (const effect of effects) this.#one(effect);
  }

  arrive(event: Extract<CallEvent, { type: 'arrived' }>): void {
    this.channels.set(event.channel, { state: 'down', arrival: event });
    this.pending.push(event);
  }

  answer(channel: string): void {
    const at = this.channels.get(channel);
    if (!at || at.state === 'up') return;
    at.state = 'up';
    this.pending.push({ type: 'up', channel });
  }

  hangUp(channel: string, cause: number): void {
    if (!this.channels.delete(channel)) return;
    for (const members of this.bridges.values()) members.delete(channel);
    this.pending.push({ type: 'gone', channel, cause });
    for (const [id, { of }] of this.channels) if (of === channel) this.hangUp(id, cause);
  }

  /** What happened while nobody listened is not reported later. */
  forgetPending(): void {
    this.pending.length = 0;
  }

  snapshot(): EngineSnapshot {
    return {
      channels: [...this.channels].map(([id, { state, arrival }]) => ({
        id,
        state,
        ours: true,
        ...(arrival ? { arrival } : {}),
      })),
      bridges: [...this.bridges].map(([id, members]) => ({ id, channels: [...members] })),
      playbacks: [],
    };
  }

  #one(effect: CallEffect): void {
    switch (effect.do) {
      case 'answer': {
        const channel = this.channels.get(effect.channel);
        if (channel) channel.state = 'up';
        return;
      }
      case 'dial':
        this.channels.set(effect.channel, { state: 'down' });
        return;
      case 'ask-far-end':
        // Some lines are silent: those whose names end in an even digit.
        this.pending.push({
          type: 'far-end',
          channel: effect.channel,
          answers: Number(effect.channel.at(-1)) % 2 === 1,
        });
        return;
      case 'snoop':
        if (this.channels.has(effect.channel))
          this.channels.set(effect.snoop, { state: 'up', of: effect.channel });
        else this.pending.push({ type: 'gone', channel: effect.snoop, cause: 27 });
        return;
      case 'hang-up':
        return this.hangUp(effect.channel, effect.cause);
      case 'play':
      case 'announce':
        this.pending.push({ type: 'played', channel: effect.channel, playback: effect.playback });
        return;
      case 'record':
        this.pending.push({ type: 'recording-on', channel: effect.channel });
        return;
      case 'bridge': {
        const members = this.bridges.get(effect.bridge) ?? new Set<string>();
        for (const others of this.bridges.values())
          for (const channel of effect.channels) others.delete(channel);
        for (const channel of effect.channels) if (this.channels.has(channel)) members.add(channel);
        this.bridges.set(effect.bridge, members);
        return;
      }
      case 'end-bridge':
        this.bridges.delete(effect.bridge);
        return;
      default:
    }
  }
}
