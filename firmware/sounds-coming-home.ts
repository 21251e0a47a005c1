/** The sound of what the stand-in handled, put together: what the box still misses, where it is kept, and what a stand-in gives of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownEvent } from '@branchline/contracts/ledger';
import type { SoundAsked, SoundPiece } from '@branchline/contracts/stand-in-sounds';
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import { soundPieceOf } from './continuity/sound-piece.ts';
import { SoundsHome, type StandInSound } from './continuity/sounds-home.ts';
import type { Keeping } from './keeping.ts';
import type { Settings } from './settings.ts';
import type { SoundInHistory } from './store/stand-in-history.ts';
import type { Telephony } from './telephony.ts';
import type { Uplink } from './uplink/uplink.ts';

export interface SoundsComingHome {
  wanted(asked: SoundAsked): void;
  heard(piece: SoundPiece): void;
  connected(): void;
  /** What the stand-in handled has become more. */
  look(): void;
  stop(): void;
}

/** Beneath the vault: what grows there is moved into it. */
const PART = 'recordings/arriving.part';

type ToFetch = StandInSound & { readonly of: SoundInHistory };

export function makeSoundsComingHome(
  {
    settings,
    log,
    wall,
  }: Pick<Around, 'log' | 'wall'> & { readonly settings: Pick<Settings, 'dataDir' | 'role'> },
  {
    standInHistory,
    alarms,
  }: Pick<Keeping, 'standInHistory'> & { readonly alarms: Pick<Keeping['alarms'], 'open'> },
  { vault, voicemail }: Pick<Telephony, 'vault' | 'voicemail'>,
  uplink: Pick<Uplink, 'say'>,
): SoundsComingHome {
  const room = roomLog(log, 'continuity');
  const part = join(settings.dataDir, PART);
  const home = new SoundsHome<ToFetch>({
    ...{ clock: wall, log: room, part },
    next: () => {
      for (;;) {
        const of = standInHistory.nextSound();
        const sound = of && soundOf(of);
        if (!of || (sound && !of.deleted && !isHere(sound))) return sound && { ...sound, of };
        standInHistory.soundSettled(of);
      }
    },
    hasRoom: () => !alarms.open().some(({ code }) => code === 'recordings-held'),
    ask: (asked) => uplink.say('sound-ask', asked),
    keep: ({ of, ...sound }) => {
      const began = Date.parse(of.event.at) - durationOf(of);
      if (sound.kind === 'recording') return vault.admit(sound.id, part, began);
      const known = knownEvent(of.event);
      if (known?.type !== 'voicemail.left') return;
      voicemail.admit(
        {
          ...known.body,
          at: began,
          call: of.event.call ?? '',
          ...(of.heardAt === undefined ? {} : { heardAt: of.heardAt }),
          standIn: true,
        },
        readFileSync(part),
      );
    },
    settled: ({ of }) => standInHistory.soundSettled(of),
  });
  const isHere = ({ kind, id, box }: StandInSound): boolean =>
    (kind === 'recording' ? vault.find(id)?.path : voicemail.soundOf(box ?? '', id)) !== undefined;
  return {
    wanted: (asked) => {
      // A box has nobody to stand in for.
      if (settings.role !== 'stand-in') return;
      const { kind, id, box } = asked;
      const path = kind === 'recording' ? vault.find(id)?.path : voicemail.soundOf(box ?? '', id);
      soundPieceOf(asked, path).then(
        (piece) => uplink.say('sound-piece', piece),
        (error: unknown) => room.warn({ err: error, id }, 'a sound could not be read for the box'),
      );
    },
    heard: (piece) => home.heard(piece),
    connected: () => home.connected(),
    look: () => home.look(),
    stop: () => home.stop(),
  };
}

/** Undefined for one that is not understood here. */
function soundOf({ event }: SoundInHistory): StandInSound | undefined {
  const known = knownEvent(event);
  if (known?.type === 'recording.ended') {
    const { recording, bytes, sha256 } = known.body;
    return { kind: 'recording', id: recording, bytes, sha256 };
  }
  if (known?.type !== 'voicemail.left') return undefined;
  const { message, box, bytes, sha256 } = known.body;
  return { kind: 'message', id: message, box, bytes, sha256 };
}

const durationOf = ({ event }: SoundInHistory): number => Number(event.body.durationMs ?? 0);
