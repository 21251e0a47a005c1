/** Carries out the core's effects at the engine. A leg that cannot be made is told back as gone; other refusals are the engine's way of saying that the channel has just gone. */
import type { Log } from '@branchline/runtime/log';
import type { Engine, Media } from '../engine/port.ts';
import type { Heard } from '../flows/heard.ts';
import { CAUSE, type CallEffect } from './events.ts';

export type MessageEffect = Extract<
  CallEffect,
  { do: 'keep-message' | 'list-messages' | 'mark-message-heard' | 'delete-message' }
>;
export type EngineEffect = Exclude<
  CallEffect,
  {
    do:
      'watch-recording' | 'keep-recording' | 'look-up' | MessageEffect['do'] | 'raise-alarm' | 'clear-alarm';
  }
>;

/** At once where every sound lies ready; a value that must be spoken first takes a moment. */
export type Sounds = readonly Media[] | Promise<readonly Media[]>;

export interface Performer {
  readonly engine: Engine;
  readonly log: Log;
  readonly soundsOf: (prompts: readonly Heard[]) => Sounds;
  /** Playbacks whose sound is still being made. */
  readonly preparing: Set<string>;
  /** Called when a leg could not be made. */
  readonly onLegFailed: (channel: string, cause: number) => void;
  readonly onMessageFailed: (channel: string, recording: string) => void;
  readonly onPlaybackFailed: (channel: string, playback: string) => void;
  readonly onFarEnd: (channel: string, answers: boolean) => void;
  readonly onRecording: (channel: string, state: 'on' | 'refused') => void;
}

export function perform(effect: EngineEffect, performer: Performer): void {
  const { engine, log, onLegFailed, onFarEnd, onRecording } = performer;
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
    case 'stop-ringing':
      return done(engine.stopRinging(effect.channel));
    case 'progress':
      return done(engine.progress(effect.channel));
    case 'ask-far-end': {
      // Whoever cannot be asked is not thought silent.
      const told = engine.farEndAnswers(effect.channel).then((answers) => onFarEnd(effect.channel, answers));
      return done(told, () => onFarEnd(effect.channel, true));
    }
    case 'hang-up':
      return done(engine.hangup(effect.channel, effect.cause));
    case 'play':
      return done(play(effect, performer), () => performer.onPlaybackFailed(effect.channel, effect.playback));
    case 'record-message':
      return done(engine.recordMessage(effect.channel, effect.recording, effect.maxMs), () =>
        performer.onMessageFailed(effect.channel, effect.recording),
      );
    case 'announce':
      done(engine.stopMusic(effect.channel));
      return done(play(effect, performer), () => performer.onPlaybackFailed(effect.channel, effect.playback));
    case 'stop-playing':
      // Not begun yet: it will not be.
      if (performer.preparing.delete(effect.playback)) return;
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
          : {
              kind: 'gateway' as const,
              name: endpoint.name,
              number: endpoint.number,
              ...(endpoint.at === undefined ? {} : { at: endpoint.at }),
            };
      const beside = effect.beside === undefined ? {} : { originator: effect.beside };
      const leg = { channel, to, callerNumber: effect.callerId, ...beside };
      return done(engine.call(leg, effect.ringMs), () => onLegFailed(channel, CAUSE.outOfOrder));
    }
    case 'snoop':
      return done(engine.snoop(effect.channel, effect.snoop, effect.whisper), () =>
        onLegFailed(effect.snoop, CAUSE.outOfOrder),
      );
    case 'bridge':
      if (effect.create) done(engine.createBridge(effect.bridge));
      return done(engine.addToBridge(effect.bridge, effect.channels));
    case 'unbridge':
      return done(engine.removeFromBridge(effect.bridge, [effect.channel]));
    case 'end-bridge':
      return done(engine.destroyBridge(effect.bridge));
    case 'record': {
      const recorded = engine.record(effect).then(() => onRecording(effect.channel, 'on'));
      return done(recorded, () => onRecording(effect.channel, 'refused'));
    }
    case 'stop-recording':
      return done(engine.stopRecording(effect.channel));
    case 'transfer-result':
      return done(engine.transferProgress(effect.channel, effect.result === 'accepted' ? 'done' : 'refused'));
  }
}

/** Rejects when there is nothing to hear, as for a playback that failed: the flow goes on. */
function play(
  { channel, playback, prompts }: Extract<EngineEffect, { do: 'play' | 'announce' }>,
  { engine, soundsOf, preparing }: Performer,
): Promise<void> {
  const sounds = soundsOf(prompts);
  if (!('then' in sounds)) return started(engine, channel, playback, sounds);
  preparing.add(playback);
  return sounds.then((made) =>
    preparing.delete(playback) ? started(engine, channel, playback, made) : undefined,
  );
}

async function started(
  engine: Engine,
  channel: string,
  playback: string,
  sounds: readonly Media[],
): Promise<void> {
  if (sounds.length === 0) throw new Error('there is no sound to be heard');
  await engine.play(channel, playback, sounds);
}
