/** Fetches a recording and reads how loud it is, without keeping the sound. */
import { wavPeaks } from './wav-peaks.ts';

export interface Waveform {
  readonly channels: readonly Float32Array[];
  readonly durationS: number;
}
export type PeaksResult =
  | { readonly kind: 'drawn'; readonly waveform: Waveform }
  /** Larger than what was allowed; nothing more was fetched. Bytes. */
  | { readonly kind: 'large'; readonly bytes: number }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'failed'; readonly status: number };

export interface ReadOptions {
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  readonly mostBytes: number;
  /** 0 to 1, as the bytes arrive. */
  readonly onProgress: (share: number) => void;
}

/** As many stretches as a wide screen has columns for. */
const STRETCHES = 1_600;

/** Rejects only when it is aborted or the line breaks. */
export async function readPeaks(url: string, options: ReadOptions): Promise<PeaksResult> {
  const stop = new AbortController();
  const answer = await options.fetch(url, { signal: AbortSignal.any([options.signal, stop.signal]) });
  if (!answer.ok || !answer.body) return { kind: 'failed', status: answer.status };
  const bytes = Number(answer.headers.get('content-length') ?? 0);
  if (bytes > options.mostBytes) {
    stop.abort();
    return { kind: 'large', bytes };
  }
  const peaks = wavPeaks(STRETCHES, bytes);
  const reader = answer.body.getReader();
  let got = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    peaks.take(value);
    got += value.length;
    if (bytes > 0) options.onProgress(got / bytes);
  }
  if (peaks.failed() || peaks.channels().length === 0) return { kind: 'unreadable' };
  return { kind: 'drawn', waveform: { channels: peaks.channels(), durationS: peaks.durationS() } };
}
