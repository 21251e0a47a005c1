/** A recording: heard from any place, drawn, one side alone where wanted, slower or faster. */
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../door/context.ts';
import { stopwatch } from '../time.ts';
import { hearing, SIDES, type Hearing, type Side } from './hearing.ts';
import { useAudio } from './use-audio.ts';
import { usePeaks } from './use-peaks.ts';
import { Wave } from './wave.tsx';
import './player.css';

const SPEEDS = [0.75, 1, 1.25, 1.5, 2] as const;

export default function Player({ url }: { url: string }) {
  const { t } = useWords();
  const [audio, setAudio] = useState<HTMLAudioElement | null>(null);
  const sound = useAudio(audio);
  const peaks = usePeaks(url);
  const durationS = peaks.waveform?.durationS || sound.durationS;

  return (
    <div className="player">
      <audio ref={setAudio} src={url} preload="metadata" data-testid="audio" />
      <div className="player-row">
        <button
          type="button"
          className="main"
          onClick={sound.toggle}
          disabled={sound.failed}
          data-testid="play"
          data-playing={sound.playing}
        >
          {t(sound.playing ? 'recording.pause' : 'recording.play')}
        </button>
        <span className="player-time" data-testid="play-time">
          {stopwatch(sound.atS * 1000)} / {stopwatch(durationS * 1000)}
        </span>
        <input
          type="range"
          min={0}
          max={Math.max(0.1, durationS)}
          step={0.1}
          value={Math.min(sound.atS, durationS)}
          onChange={(event) => sound.seek(Number(event.target.value))}
          aria-label={t('recording.position')}
          aria-valuetext={stopwatch(sound.atS * 1000)}
        />
        {audio && <SideChoice audio={audio} />}
        <label>
          {t('recording.speed')}{' '}
          <select defaultValue={1} onChange={(event) => sound.speed(Number(event.target.value))}>
            {SPEEDS.map((speed) => (
              <option key={speed} value={speed}>
                {speed}×
              </option>
            ))}
          </select>
        </label>
        <a href={url} download>
          {t('recording.download')}
        </a>
      </div>
      {sound.failed && <p className="player-note is-bad">{t('recording.failed')}</p>}
      <Drawing audio={audio} peaks={peaks} />
    </div>
  );
}

function Drawing({ audio, peaks }: { audio: HTMLAudioElement | null; peaks: ReturnType<typeof usePeaks> }) {
  const { t } = useWords();
  if (peaks.waveform && audio) {
    return (
      <div className="player-wave">
        <div className="player-sides">
          {peaks.waveform.channels.length === 2 && (
            <>
              <span>{t('recording.left')}</span>
              <span>{t('recording.right')}</span>
            </>
          )}
        </div>
        <Wave audio={audio} waveform={peaks.waveform} />
      </div>
    );
  }
  if (peaks.largeBytes !== undefined) {
    return (
      <p className="player-note">
        <button type="button" onClick={peaks.drawAnyway}>
          {t('recording.draw', { size: t('unit.mb', { n: Math.round(peaks.largeBytes / 1e6) }) })}
        </button>
      </p>
    );
  }
  if (peaks.unreadable) return <p className="player-note">{t('recording.unreadable')}</p>;
  if (peaks.failed) return null;
  return (
    <p className="player-note">
      {t('recording.reading', { percent: t('unit.percent', { n: Math.round(peaks.share * 100) }) })}
    </p>
  );
}

const SIDE_KEYS = { both: 'recording.both', left: 'recording.left', right: 'recording.right' } as const;

function SideChoice({ audio }: { audio: HTMLAudioElement }) {
  const { t } = useWords();
  const graph = useRef<Hearing | undefined>(undefined);
  useEffect(() => () => graph.current?.close(), []);
  const choose = (side: Side): void => {
    graph.current ??= hearing(audio);
    graph.current.choose(side);
  };
  return (
    <label>
      {t('recording.hear')}{' '}
      <select defaultValue="both" onChange={(event) => choose(event.target.value as Side)}>
        {SIDES.map((side) => (
          <option key={side} value={side}>
            {t(SIDE_KEYS[side])}
          </option>
        ))}
      </select>
    </label>
  );
}
