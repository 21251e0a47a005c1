/** The waveform of a recording, as far as it has been read. */
import { useEffect, useState } from 'react';
import { readPeaks, type Waveform } from './read-peaks.ts';

export interface PeaksState {
  readonly waveform?: Waveform;
  /** 0 to 1 of the recording has been read. */
  readonly share: number;
  /** Set when it is so large that somebody should want it first. */
  readonly largeBytes?: number;
  readonly unreadable?: boolean;
  readonly failed?: boolean;
}

/** About four minutes of two channels: a few seconds on a slow line. */
const UNASKED_BYTES = 8_000_000;

export function usePeaks(url: string): PeaksState & { readonly drawAnyway: () => void } {
  const [state, setState] = useState<PeaksState>({ share: 0 });
  const [anyway, setAnyway] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    const options = {
      fetch: (...args: Parameters<typeof fetch>) => fetch(...args),
      signal: stop.signal,
      mostBytes: anyway ? Infinity : UNASKED_BYTES,
      onProgress: (share: number) => setState({ share }),
    };
    readPeaks(url, options).then(
      (result) => setState(stateOf(result)),
      () => {
        if (!stop.signal.aborted) setState({ share: 0, failed: true });
      },
    );
    return () => stop.abort();
  }, [url, anyway]);
  return { ...state, drawAnyway: () => setAnyway(true) };
}

function stateOf(result: Awaited<ReturnType<typeof readPeaks>>): PeaksState {
  switch (result.kind) {
    case 'drawn':
      return { share: 1, waveform: result.waveform };
    case 'large':
      return { share: 0, largeBytes: result.bytes };
    case 'unreadable':
      return { share: 1, unreadable: true };
    case 'failed':
      return { share: 0, failed: true };
  }
}
