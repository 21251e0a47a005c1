/** Hearing one side of a recording alone: left is the caller, right the branch; each then comes from both loudspeakers. */

export const SIDES = ['both', 'left', 'right'] as const;
export type Side = (typeof SIDES)[number];

export interface Hearing {
  readonly choose: (side: Side) => void;
  readonly close: () => void;
}

/** May be made once for an audio element, after a person has touched the page (browsers are silent before). */
export function hearing(audio: HTMLAudioElement): Hearing {
  const context = new AudioContext();
  const source = context.createMediaElementSource(audio);
  const split = context.createChannelSplitter(2);
  const middle = context.createGain();
  middle.channelCount = 1;
  middle.channelCountMode = 'explicit';
  source.connect(split);
  source.connect(context.destination);
  return {
    choose: (side) => {
      void context.resume();
      source.disconnect();
      split.disconnect();
      middle.disconnect();
      if (side === 'both') {
        source.connect(context.destination);
        return;
      }
      source.connect(split);
      split.connect(middle, side === 'left' ? 0 : 1);
      middle.connect(context.destination);
    },
    close: () => void context.close(),
  };
}
