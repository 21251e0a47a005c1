/** Takes in what boxes publish: each leaf decoded by its contract, then to the room it is for. */
import { decode, type Leaf, type Payload } from '@branchline/contracts/topics';

export interface Rooms {
  presence(box: string, payload: Payload<'presence'>): void;
  health(box: string, payload: Payload<'health'>): void;
  reported(box: string, payload: Payload<'reported'>): void;
  /** `done` is called once the frame is stored, or has failed to be. */
  ledger(box: string, payload: Payload<'ledger'>, done: () => void): void;
  digest(box: string, payload: Payload<'ledger-digest'>): void;
  commandResult(box: string, payload: Payload<'command-result'>): void;
  bundle(box: string, payload: Payload<'bundle'>): void;
  certificateWanted(box: string, payload: Payload<'certificate-request'>): void;
  gone(box: string): void;
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
  | 'bundle';

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

export function makeIntake(rooms: Rooms): Intake {
  const takers: { readonly [L in UpLeaf]: Taker } = {
    presence: taker('presence', (box, said, done) => {
      rooms.presence(box, said);
      done();
    }),
    health: taker('health', (box, report, done) => {
      rooms.health(box, report);
      done();
    }),
    reported: taker('reported', (box, said, done) => {
      rooms.reported(box, said);
      done();
    }),
    'ledger-digest': taker('ledger-digest', (box, said, done) => {
      rooms.digest(box, said);
      done();
    }),
    'command-result': taker('command-result', (box, said, done) => {
      rooms.commandResult(box, said);
      done();
    }),
    bundle: taker('bundle', (box, piece, done) => {
      rooms.bundle(box, piece);
      done();
    }),
    ledger: taker('ledger', (box, frame, done) => {
      rooms.ledger(box, frame, done);
    }),
    'certificate-request': taker('certificate-request', (box, wanted, done) => {
      rooms.certificateWanted(box, wanted);
      done();
    }),
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
