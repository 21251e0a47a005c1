/** An update of the box's own software, as it stands: plain values, kept on disk as they are before anything is done for them. */
import type { ReleaseManifest } from '@branchline/contracts/release';

/** What of a release decides whether it may take the place of another. */
export type ReleaseHead = Pick<
  ReleaseManifest,
  'version' | 'architecture' | 'engine' | 'schema' | 'oldestBack'
>;

export interface Offer extends ReleaseHead {
  /** Names the wish of headquarters: what has come to its end is not begun anew by hearing of it again. */
  readonly order: string;
  /** An older version is wanted, and knowingly. */
  readonly back: boolean;
  /** Of the archive, and of its files unpacked. */
  readonly bytes: number;
  readonly unpackedBytes: number;
}

/** What a release is measured by: what was well before it must be well under it. */
export interface Wellness {
  /** Names of what is well, such as 'headquarters', 'engine', 'trunk/e1'. */
  readonly well: readonly string[];
  /** How many telephones are registered. */
  readonly phones: number;
}

export type Refusal =
  | 'busy'
  | 'running-already'
  | 'architecture'
  | 'engine-too-old'
  | 'older'
  /** It could not read what the running release has written. */
  | 'data'
  /** The running release could not read what it writes: if it failed, nothing would be left to go back to. */
  | 'no-way-back'
  | 'no-room'
  /** The archive is not what a known key signed, or is not what was offered. */
  | 'archive'
  /** Who installs, as root, refused it or did not answer. */
  | 'not-installed'
  /** Headquarters took the offer back. */
  | 'withdrawn';

export type Failure =
  | { readonly of: 'lost'; readonly lost: readonly string[] }
  /** It went back without us: it did not start, or a person at the machine did it. */
  | { readonly of: 'from-outside' };

export interface Outcome {
  readonly order: string;
  readonly version: string;
  readonly at: number;
  readonly ended: 'good' | 'refused' | 'reverted';
  readonly because?: Refusal | Failure;
  /** In words, where somebody else said it. */
  readonly detail?: string;
}

export type Step =
  | { readonly is: 'settled' }
  | { readonly is: 'fetching'; readonly offer: Offer; readonly tries: number }
  | { readonly is: 'verifying'; readonly offer: Offer }
  | {
      readonly is: 'waiting';
      readonly offer: Offer;
      readonly for: 'quiet-hours' | 'calls';
      /** Since when the hours are quiet without a break; null while they are not. Ms since 1970. */
      readonly quietSince: number | null;
    }
  | {
      readonly is: 'switched';
      readonly offer: Offer;
      readonly from: string;
      readonly before: Wellness;
      readonly at: number;
    }
  | {
      readonly is: 'proving';
      readonly offer: Offer;
      readonly from: string;
      readonly before: Wellness;
      /** Of this start of it, ms since 1970. */
      readonly at: number;
      /** Since when all is well without a break. */
      readonly wellSince: number | null;
    }
  | {
      readonly is: 'going-back';
      readonly offer: Offer;
      readonly from: string;
      readonly lost: readonly string[];
    };

export interface ReleaseState {
  readonly step: Step;
  /** The version that counts as good here: the one that was running when nothing was on its way. */
  readonly good: string;
  /** How the last offer ended. */
  readonly last: Outcome | null;
}

export const newReleaseState = (running: string): ReleaseState => ({
  step: { is: 'settled' },
  good: running,
  last: null,
});

/** What the box is, when it is asked. */
export interface Here {
  readonly running: ReleaseHead;
  /** Three numbers; undefined while nobody knows, as at a box whose engine has not been up yet. */
  readonly engine: string | undefined;
  /** Bytes that may be written before the disk guard warns. */
  readonly room: number;
}

export type ReleaseEvent =
  /**
   * The service has started, and this is what it is; `confirmed` when the root side counts it as good. `wentBack`: what the root side itself
   * has gone back from since it was last asked for something, and why.
   */
  | {
      readonly type: 'started';
      readonly running: string;
      readonly confirmed: boolean;
      readonly wentBack?: { readonly version: string; readonly because: string };
    }
  | { readonly type: 'offered'; readonly offer: Offer; readonly here: Here }
  | { readonly type: 'withdrawn' }
  | { readonly type: 'fetched' }
  | { readonly type: 'fetch-failed' }
  /** With what the manifest says, which is signed, unlike the offer. */
  | { readonly type: 'verified'; readonly head: ReleaseHead; readonly here: Here }
  | { readonly type: 'archive-refused'; readonly detail: string }
  | { readonly type: 'install-refused'; readonly detail: string }
  | {
      readonly type: 'look';
      readonly now: Wellness;
      readonly calls: number;
      readonly quiet: boolean;
    };

export type ReleaseEffect =
  /** Goes on where the archive on disk ends. */
  | { readonly do: 'fetch'; readonly offer: Offer; readonly afterMs: number }
  | { readonly do: 'verify'; readonly offer: Offer }
  /** Asks the root side to have this version run. To ask twice does no harm. */
  | { readonly do: 'wish'; readonly version: string }
  | { readonly do: 'take-back-wish' }
  /** Tells the root side that this version has proved itself. To tell it twice does no harm. */
  | { readonly do: 'confirm'; readonly version: string }
  | { readonly do: 'drop-archive' }
  | { readonly do: 'report' };

export interface ReleaseRules {
  /** Few enough to restart under; a restart ends none of them. */
  readonly callsAtMost: number;
  /** So long it is waited in quiet hours for that, ms. */
  readonly patienceMs: number;
  /** The root side has so long to check, unpack and switch, ms. */
  readonly installWithinMs: number;
  /** All must be well for so long without a break, ms ... */
  readonly wellForMs: number;
  /** ... within so long after a start, ms. */
  readonly proveWithinMs: number;
  /** Of the telephones that were registered, so many must be again: above 0, at most 1. */
  readonly phonesShare: number;
}

export const RULES: ReleaseRules = {
  callsAtMost: 2,
  patienceMs: 1_800_000,
  installWithinMs: 600_000,
  wellForMs: 120_000,
  proveWithinMs: 600_000,
  phonesShare: 0.9,
};
