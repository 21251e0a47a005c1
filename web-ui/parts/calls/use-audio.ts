/** How an audio element stands, and what can be done with it. */
import { useEffect, useState } from 'react';

export interface Sound {
  readonly playing: boolean;
  /** Seconds from the beginning. */
  readonly atS: number;
  readonly durationS: number;
  readonly failed: boolean;
  readonly toggle: () => void;
  readonly seek: (seconds: number) => void;
  readonly speed: (factor: number) => void;
}

const EVENTS = ['play', 'pause', 'ended', 'timeupdate', 'seeking', 'durationchange', 'error'] as const;

export function useAudio(audio: HTMLAudioElement | null): Sound {
  const [state, setState] = useState({ playing: false, atS: 0, durationS: 0, failed: false });
  useEffect(() => {
    if (!audio) return undefined;
    const read = (): void =>
      setState({
        playing: !audio.paused && !audio.ended,
        atS: audio.currentTime,
        durationS: Number.isFinite(audio.duration) ? audio.duration : 0,
        failed: audio.error !== null,
      });
    for (const event of EVENTS) audio.addEventListener(event, read);
    read();
    return () => {
      for (const event of EVENTS) audio.removeEventListener(event, read);
      audio.pause();
    };
  }, [audio]);
  return { ...state, ...actionsOn(audio) };
}

function actionsOn(audio: HTMLAudioElement | null): Pick<Sound, 'toggle' | 'seek' | 'speed'> {
  return {
    toggle: () => {
      // A refusal to play shows as the element's error.
      if (audio?.paused) void audio.play().catch(() => undefined);
      else audio?.pause();
    },
    seek: (seconds) => {
      if (audio) audio.currentTime = seconds;
    },
    speed: (factor) => {
      if (audio) audio.playbackRate = factor;
    },
  };
}
