/** Who answers for the branch, as this one knows it: the lease kept, what is handed over taken in, the branch called when asked, passwords shared. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import type { BoxContinuity } from '@branchline/contracts/http/box-continuity';
import type { StandInKey } from '@branchline/contracts/stand-in-wire';
import type { Payload } from '@branchline/contracts/topics';
import type { Part } from '@branchline/runtime/lifecycle';
import { roomLog, type Log } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import { makeSoundsComingHome } from './sounds-coming-home.ts';
import { phoneSecrets } from './branch/phone-secrets.ts';
import { secretOf } from './branch/secrets.ts';
import { ifItDied } from './calls/if-it-died.ts';
import { LeaseKeeper } from './continuity/keeper.ts';
import { leaseFile } from './continuity/kept-lease.ts';
import { sealedFor } from './continuity/shared-secrets.ts';
import type { Rights } from './continuity/holder.ts';
import type { Keeping } from './keeping.ts';
import type { Telephony } from './telephony.ts';
import type { ContinuityTaker } from './uplink/says.ts';
import type { Uplink } from './uplink/uplink.ts';

export interface Leasing {
  readonly keeper: LeaseKeeper;
  readonly taker: ContinuityTaker;
  readonly part: Part;
  /** Something that it looks at may have become another. */
  look(): void;
}

export function makeLeasing(around: Around, keeping: Keeping, telephony: Telephony, uplink: Uplink): Leasing {
  const { settings, log, wall, documents } = around;
  const { append, standInHistory } = keeping;
  const room = roomLog(log, 'continuity');
  const { calls, trunks, engine, branchCall } = telephony;
  const up = (own: boolean): boolean =>
    trunks.all().some(({ id, state }) => state === 'up' && isOwnLine(documents.branch, id) === own);
  const ready = (): boolean => engine.health().state === 'up' && (settings.role === 'box' || up(false));
  const keeper: LeaseKeeper = new LeaseKeeper({
    ...{ clock: wall, log: room, role: settings.role, ready },
    disk: leaseFile(join(settings.dataDir, 'lease.json')),
    ask: (question) => uplink.say('lease-ask', question),
    say: (said) => uplink.say('lease-says', said),
    nonce: () => randomBytes(8).toString('hex'),
    changed: (rights) => changed(rights),
    passing: () => pass(),
  });
  const changed = (rights: Rights): void => {
    calls.happen({ type: 'rights', acts: rights.acts });
    const { n = 0, as = settings.role } = keeper.status() ?? {};
    append([{ type: 'continuity.lease', at: wall.now(), body: { n, as, ...rights } }]);
  };
  // Without headquarters nobody knows whether the other is still there: then whoever is reached answers.
  const pass = (): void =>
    calls.happen({ type: 'pass-on', on: keeper.passes() && uplink.status().connected });
  const seen = { ready: false, own: false };
  const look = (): void => {
    const now = { ready: ready(), own: up(true) };
    if (now.own !== seen.own) keeper.ownLine(now.own);
    const told = now.ready !== seen.ready;
    Object.assign(seen, now);
    pass();
    if (told) keeper.readyChanged();
  };
  const key: { told?: StandInKey } = {};
  const share = (): void => {
    if (key.told) shareSecrets(key.told, around, uplink, room);
  };
  documents.onChange(share);
  const sounds = makeSoundsComingHome(around, keeping, telephony, uplink);
  return {
    keeper,
    look,
    part: {
      name: 'leasing',
      start: () => {
        calls.happen({ type: 'rights', acts: keeper.rights().acts });
        look();
      },
      stop: () => {
        keeper.stop();
        sounds.stop();
      },
    },
    taker: {
      lease: (told) => keeper.told(told),
      leaseRenewed: (answer) => keeper.renewed(answer),
      handedOver: (handed) => calls.happen({ type: 'handed-over', handed }),
      branchCall: ({ nonce, number, forwardedTo }) => {
        void branchCall
          .make(number, forwardedTo)
          .then((called) => uplink.say('branch-called', { v: 1, nonce, ...called }));
      },
      standInKey: (told) => {
        key.told = told;
        share();
      },
      standInHistory: (told) => {
        takeHistory(told, standInHistory, uplink, room);
        sounds.look();
      },
      soundWanted: (asked) => sounds.wanted(asked),
      sound: (piece) => sounds.heard(piece),
      connected: () => {
        keeper.connected();
        sounds.connected();
      },
    },
  };
}

/** Its passwords, sealed for the host of its stand-in. */
function shareSecrets(key: StandInKey, { settings, documents }: Around, uplink: Uplink, log: Log): void {
  try {
    const place = {
      identityDir: join(settings.dataDir, 'identity'),
      phoneSecrets: (phones: readonly string[]) => phoneSecrets(settings.dataDir, phones),
      secretOf: (name: string) => secretOf(settings.dataDir, name),
    };
    uplink.say('stand-in-secrets', sealedFor(key, documents.branch, place));
  } catch (error) {
    log.warn({ err: error, host: key.host }, 'the passwords for the stand-in are not sent');
  }
}

function takeHistory(
  told: Payload<'stand-in-history'>,
  history: Keeping['standInHistory'],
  uplink: Uplink,
  log: Log,
): void {
  try {
    uplink.say('stand-in-history-has', history.take(told));
  } catch (error) {
    // Headquarters asks again.
    log.warn({ err: error }, 'what the stand-in handled could not be stored');
  }
}

/** As the box's page shows it; of a box that works alone too. */
export function continuityOf(
  { documents }: Around,
  { calls }: Telephony,
  uplink: Uplink | undefined,
  leasing: Leasing | undefined,
): BoxContinuity {
  const status = leasing?.keeper.status() ?? null;
  return {
    host: documents.branch.continuity?.standIn ?? null,
    lease: status && { n: status.n, as: status.as, answers: status.answers, acts: status.acts },
    passes: calls.state.passing === true,
    connected: uplink?.status().connected ?? false,
    ifItDied: ifItDied(calls.state, documents.branch),
  };
}

/** A line that leads to this branch alone. */
const isOwnLine = ({ trunks, gateways }: Branch, trunk: string): boolean =>
  gateways[trunks[trunk]?.gateway ?? '']?.line === undefined;
