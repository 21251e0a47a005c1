/** Carries out the core's effects at the engine. A leg that cannot be made is told back as gone; other refusals are the engine's way of saying that the channel has just gone. */
import type { Prompt } from '@branchline/contracts/branch/model';
import type { Log } from '@branchline/runtime/log';
import type { Engine, Media } from '../engine/port.ts';
import { CAUSE, type CallEffect } from './events.ts';

export type EngineEffect = Exclude<
  CallEffect,
  { do: 'watch-recording' | 'keep-recording' | 'raise-alarm' | 'clear-alarm' }
>;

export interface Performer {
  readonly engine: Engine;
  readonly log: Log;
  readonly mediaOf: (prompt: Prompt) => Media;
  /** Called when a leg could not be made. */
  readonly onLegFailed: (channel: string, cause: number) => void;
  readonly onPlaybackFailed: (channel: string, playback: string) => void;
}

export function perform(
  effect: EngineEffect,
  { engine, log, mediaOf, onLegFailed, onPlaybackFailed }: Performer,
): void {
  const done = (work: Promise<unknown>, onFailed?: () => void): void => {
    work.catch((error: unknown) => {
      log.debug({ effect, err: error }, 'the engine refused');
      onFailed?.();
    });
  };
  switch (effect.do) {
    case 'answer':
      return done(engine.answer(effect.channel));
    case 'ring':
      return done(engine.ring(effect.channel));
    case 'progress':
      return done(engine.progress(effect.channel));
    case 'hang-up':
      return done(engine.hangup(effect.channel, effect.cause));
    case 'play':
      return done(engine.play(effect.channel, effect.playback, [mediaOf(effect.prompt)]), () =>
        onPlaybackFailed(effect.channel, effect.playback),
      );
    case 'announce':
      done(engine.stopMusic(effect.channel));
      return done(engine.play(effect.channel, effect.playback, effect.prompts.map(mediaOf)), () =>
        onPlaybackFailed(effect.channel, effect.playback),
      );
    case 'stop-playing':
      return done(engine.stopPlay(effect.playback));
    case 'music':
      return done(
        effect.on ? engine.startMusic(effect.channel, effect.music) : engine.stopMusic(effect.channel),
      );
    case 'dial': {
      const { endpoint, channel } = effect;
      const to =
        endpoint.kind === 'phone'
          ? { kind: 'phone' as const, name: endpoint.name }
          : { kind: 'gateway' as const, name: endpoint.name, number: endpoint.number };
      done(engine.createLeg({ channel, to, callerNumber: effect.callerId, originator: effect.beside }), () =>
        onLegFailed(channel, CAUSE.outOfOrder),
      );
      return done(engine.dial(channel, effect.ringMs));
    }
    case 'bridge':
      if (effect.create) done(engine.createBridge(effect.bridge));
      return done(engine.addToBridge(effect.bridge, effect.channels));
    case 'unbridge':
      return done(engine.removeFromBridge(effect.bridge, [effect.channel]));
    case 'end-bridge':
      return done(engine.destroyBridge(effect.bridge));
    case 'arm-recording':
      return done(engine.continueToRecord(effect.channel));
    case 'transfer-result':
      return done(engine.transferProgress(effect.channel, effect.result === 'accepted' ? 'done' : 'refused'));
  }
}
