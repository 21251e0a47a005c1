/** What a receiver can say of the packets that came: sequence, gaps, jitter (RFC 3550 appendix A). Pure, time as argument. */

export interface Gap {
  /** When the silence began, in the time of the arrivals. */
  readonly atMs: number;
  readonly ms: number;
}

export interface RtpStats {
  readonly received: number;
  /** Expected by sequence number and never seen. */
  readonly lost: number;
  readonly duplicates: number;
  readonly reordered: number;
  /** Sources, or restarts of one, after the first. */
  readonly restarts: number;
  /** Steps of the timestamp that did not fit those of the sequence number, within one source. */
  readonly timestampJumps: number;
  /** Interarrival jitter, in ms. */
  readonly jitterMs: number;
  /** The longest time without a packet since the first, up to now; times on hold are not counted. */
  readonly maxGapMs: number;
  /** The gaps longer than 60 ms, the first hundred of them. */
  readonly gaps: readonly Gap[];
  /** Since the last packet; undefined before the first. */
  readonly silentForMs: number | undefined;
}

export interface Arrival {
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly atMs: number;
  /** Packets of one event share a timestamp (RFC 4733); they say nothing about pace. */
  readonly event: boolean;
}

interface Source {
  readonly ssrc: number;
  readonly first: number;
  highest: number;
  /** Which of the last sequence numbers were seen, by their low bits. */
  readonly seen: Uint32Array;
  count: number;
  lastTimestamp: number;
  /** When the last packet came that says something about pace; undefined after an event or a pause. */
  pacedAtMs: number | undefined;
}

const NOTED_GAP_MS = 60;
const NOTED_GAPS = 100;
const WINDOW = 1_024;
/** A step further than this is a restart, not a loss (MAX_DROPOUT of RFC 3550 A.1). */
const MAX_DROPOUT = 3_000;

export class RtpAnalysis {
  #source: Source | undefined;
  #received = 0;
  #duplicates = 0;
  #reordered = 0;
  #restarts = 0;
  #lostBefore = 0;
  #timestampJumps = 0;
  #jitter = 0;
  #maxGapMs = 0;
  #gaps: Gap[] = [];
  #lastAt: number | undefined;

  /** How many packets are missing right before this one; undefined when it is late, or a second copy. */
  packet(arrival: Arrival): number | undefined {
    this.#noteGap(arrival.atMs);
    this.#lastAt = arrival.atMs;
    const source = this.#source;
    if (!source || source.ssrc !== arrival.ssrc) return this.#begin(arrival);
    const step = ((arrival.sequence - source.highest) << 16) >> 16;
    if (Math.abs(step) > MAX_DROPOUT) return this.#begin(arrival);
    if (step <= 0) return void this.#late(source, source.highest + step);
    this.#notePace(source, arrival, step);
    source.highest += step;
    source.seen[source.highest % WINDOW] = source.highest;
    source.count++;
    this.#received++;
    return step - 1;
  }

  /** Packets are not expected for a time (hold): the next gap does not count. */
  pause(): void {
    this.#lastAt = undefined;
    if (this.#source) this.#source.pacedAtMs = undefined;
  }

  /** Begins a new measurement in the running stream. */
  reset(): void {
    const { ssrc, highest, lastTimestamp } = this.#source ?? {};
    this.#source = undefined;
    if (ssrc !== undefined && highest !== undefined && lastTimestamp !== undefined) {
      this.#source = newSource(ssrc, highest + 1, highest, lastTimestamp);
    }
    this.#received = this.#duplicates = this.#reordered = this.#restarts = this.#lostBefore = 0;
    this.#timestampJumps = this.#jitter = this.#maxGapMs = 0;
    this.#gaps = [];
  }

  stats(nowMs: number): RtpStats {
    const silentForMs = this.#lastAt === undefined ? undefined : nowMs - this.#lastAt;
    return {
      received: this.#received,
      lost: this.#lostBefore + lostOf(this.#source),
      duplicates: this.#duplicates,
      reordered: this.#reordered,
      restarts: this.#restarts,
      timestampJumps: this.#timestampJumps,
      jitterMs: this.#jitter,
      maxGapMs: Math.max(this.#maxGapMs, silentForMs ?? 0),
      gaps: [...this.#gaps],
      silentForMs,
    };
  }

  #begin({ ssrc, sequence, timestamp }: Arrival): number {
    if (this.#source) {
      this.#restarts++;
      this.#lostBefore += lostOf(this.#source);
    }
    // Far enough from zero that a packet older than the first keeps a positive number.
    const first = sequence + 0x10000;
    this.#source = newSource(ssrc, first, first, timestamp);
    this.#source.seen[first % WINDOW] = first;
    this.#source.count = 1;
    this.#received++;
    return 0;
  }

  #late(source: Source, sequence: number): undefined {
    if (sequence < source.first) return undefined;
    if (source.highest - sequence >= WINDOW || source.seen[sequence % WINDOW] === sequence) {
      this.#duplicates++;
      return undefined;
    }
    source.seen[sequence % WINDOW] = sequence;
    source.count++;
    this.#received++;
    this.#reordered++;
    return undefined;
  }

  #noteGap(atMs: number): void {
    if (this.#lastAt === undefined) return;
    const ms = atMs - this.#lastAt;
    if (ms > this.#maxGapMs) this.#maxGapMs = ms;
    if (ms > NOTED_GAP_MS && this.#gaps.length < NOTED_GAPS) this.#gaps.push({ atMs: this.#lastAt, ms });
  }

  #notePace(source: Source, arrival: Arrival, step: number): void {
    const before = source.pacedAtMs;
    source.pacedAtMs = arrival.event ? undefined : arrival.atMs;
    if (arrival.event) return;
    const advance = (arrival.timestamp - source.lastTimestamp) | 0;
    source.lastTimestamp = arrival.timestamp;
    if (before === undefined) return;
    if (advance !== step * 160) {
      this.#timestampJumps++;
      return;
    }
    const difference = Math.abs(arrival.atMs - before - advance / 8);
    this.#jitter += (difference - this.#jitter) / 16;
  }
}

const newSource = (ssrc: number, first: number, highest: number, lastTimestamp: number): Source => ({
  ssrc,
  first,
  highest,
  seen: new Uint32Array(WINDOW),
  count: 0,
  lastTimestamp,
  pacedAtMs: undefined,
});

const lostOf = (source: Source | undefined): number =>
  source ? Math.max(0, source.highest - source.first + 1 - source.count) : 0;
