/** Takes in what boxes publish: each leaf decoded by its contract, then to the room it is for. */
import { decode, type Leaf, type Payload } from '@branchline/contracts/topics';

export interface Rooms {
  readonly presence: (box: string, payload: Payload<'presence'>) => void;
  readonly health: (box: string, payload: Payload<'health'>) => void;
  readonly reported: (box: string, payload: Payload<'reported'>) => void;
  /** `done` is called once the frame is stored, or has failed to be. */
  readonly ledger: (box: string, payload: Payload<'ledger'>, done: () => void) => void;
  readonly digest: (box: string, payload: Payload<'ledger-digest'>) => void;
  readonly commandResult: (box: string, payload: Payload<'command-result'>) => void;
  readonly bundle: (box: string, payload: Payload<'bundle'>) => void;
  readonly certificateWanted: (box: string, payload: Payload<'certificate-request'>) => void;
  readonly leaseSays: (box: string, payload: Payload<'lease-says'>) => void;
  readonly leaseAsk: (box: string, payload: Payload<'lease-ask'>) => void;
  readonly branchCalled: (box: string, payload: Payload<'branch-called'>) => void;
  readonly standInHistoryHas: (box: string, payload: Payload<'stand-in-history-has'>) => void;
  readonly soundAsk: (box: string, payload: Payload<'sound-ask'>) => void;
  readonly soundPiece: (box: string, payload: Payload<'sound-piece'>) => void;
  readonly standInSays: (box: string, payload: Payload<'stand-in-says'>) => void;
  readonly standInRequest: (box: string, payload: Payload<'stand-in-request'>) => void;
  readonly standInSecrets: (box: string, payload: Payload<'stand-in-secrets'>) => void;
  readonly gone: (box: string) => void;
}

export interface Intake {
  /** Undefined when the payload was taken; `done` follows. Else what is wrong with it, and `done` is not called. */
  take(box: string, leaf: Leaf, bytes: Uint8Array, done: () => void): string | undefined;
  /** The connection of a box has ended, however. */
  gone(box: string): void;
}

/** The contract's bound on a frame. */
const LARGEST_PAYLOAD_BYTES = 256 * 1024;

export type UpLeaf =
  | 'presence'
  | 'health'
  | 'reported'
  | 'ledger'
  | 'ledger-digest'
  | 'certificate-request'
  | 'command-result'
  | 'bundle'
  | 'lease-says'
  | 'lease-ask'
  | 'branch-called'
  | 'stand-in-history-has'
  | 'sound-ask'
  | 'sound-piece'
  | 'stand-in-says'
  | 'stand-in-request'
  | 'stand-in-secrets';

/** Decodes, then uses; what is wrong with the payload, if anything is. */
type Taker = (box: string, bytes: Uint8Array, done: () => void) => string | undefined;

function taker<L extends UpLeaf>(
  leaf: L,
  use: (box: string, said: Payload<L>, done: () => void) => void,
): Taker {
  return (box, bytes, done) => {
    const decoded = decode(leaf, bytes);
    if (!decoded.ok) return decoded.error;
    use(box, decoded.payload, done);
    return undefined;
  };
}

/** Of a room that has taken it in when it returns. */
const heard = <L extends UpLeaf>(leaf: L, use: (box: string, said: Payload<L>) => void): Taker =>
  taker(leaf, (box, said, done) => {
    use(box, said);
    done();
  });

export function makeIntake(rooms: Rooms): Intake {
  const takers: { readonly [L in UpLeaf]: Taker } = {
    presence: heard('presence', rooms.presence),
    health: heard('health', rooms.health),
    reported: heard('reported', rooms.reported),
    'ledger-digest': heard('ledger-digest', rooms.digest),
    'command-result': heard('command-result', rooms.commandResult),
    bundle: heard('bundle', rooms.bundle),
    ledger: taker('ledger', rooms.ledger),
    'certificate-request': heard('certificate-request', rooms.certificateWanted),
    'lease-says': heard('lease-says', rooms.leaseSays),
    'lease-ask': heard('lease-ask', rooms.leaseAsk),
    'branch-called': heard('branch-called', rooms.branchCalled),
    'stand-in-history-has': heard('stand-in-history-has', rooms.standInHistoryHas),
    'sound-ask': heard('sound-ask', rooms.soundAsk),
    'sound-piece': heard('sound-piece', rooms.soundPiece),
    'stand-in-says': heard('stand-in-says', rooms.standInSays),
    'stand-in-request': heard('stand-in-request', rooms.standInRequest),
    'stand-in-secrets': heard('stand-in-secrets', rooms.standInSecrets),
  };
  return {
    take(box, leaf, bytes, done) {
      if (bytes.length > LARGEST_PAYLOAD_BYTES)
        return `${bytes.length} bytes, at most ${LARGEST_PAYLOAD_BYTES} are agreed`;
      const taker = Object.hasOwn(takers, leaf) ? takers[leaf as UpLeaf] : undefined;
      return taker ? taker(box, bytes, done) : 'not a topic that boxes publish';
    },
    gone: (box) => rooms.gone(box),
  };
}
