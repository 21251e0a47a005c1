/** The waveform of both channels, drawn over the audio element that plays them. */
import { useEffect, useRef } from 'react';
import WaveSurfer from 'wavesurfer.js';
import { useLook } from '../door/context.ts';
import type { Waveform } from './read-peaks.ts';

interface WaveProps {
  readonly audio: HTMLAudioElement;
  readonly waveform: Waveform;
}

export function Wave({ audio, waveform }: WaveProps) {
  const box = useRef<HTMLDivElement>(null);
  const { theme } = useLook();
  useEffect(() => {
    const container = box.current;
    if (!container) return undefined;
    const colour = (name: string): string => resolved(container, `var(--${name})`);
    const channel = { waveColor: colour('line-strong'), progressColor: colour('accent'), height: 48 };
    const drawn = WaveSurfer.create({
      container,
      media: audio,
      peaks: waveform.channels.map((one) => one),
      duration: waveform.durationS,
      splitChannels: waveform.channels.map(() => channel),
      cursorColor: colour('text'),
      cursorWidth: 1,
      maxPeak: Math.max(0.05, ...waveform.channels.map((one) => one.reduce((a, b) => Math.max(a, b), 0))),
      dragToSeek: true,
      hideScrollbar: true,
    });
    return () => {
      // Only the drawing goes: the sound belongs to the player.
      drawn.setOptions({ media: document.createElement('audio') });
      drawn.destroy();
    };
  }, [audio, waveform, theme]);
  return <div className="wave" ref={box} aria-hidden="true" data-testid="waveform" />;
}

/** A colour of the tokens as a canvas takes it. */
function resolved(within: HTMLElement, colour: string): string {
  const probe = document.createElement('span');
  probe.style.color = colour;
  within.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}
