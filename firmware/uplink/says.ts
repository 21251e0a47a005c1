/** What is said and heard beside ledger, documents and commands: each leaf to whoever takes it. */
import { decode, type Payload } from '@branchline/contracts/topics';

export const HEARD = [
  'lease',
  'lease-renewed',
  'handed-over',
  'branch-call',
  'stand-in-key',
  'stand-in-history',
  'sound-wanted',
  'sound',
] as const;
export type HeardLeaf = (typeof HEARD)[number];
export type SaidLeaf =
  | 'lease-ask'
  | 'lease-says'
  | 'branch-called'
  | 'stand-in-secrets'
  | 'stand-in-history-has'
  | 'sound-ask'
  | 'sound-piece';

export interface ContinuityTaker {
  lease(told: Payload<'lease'>): void;
  leaseRenewed(answer: Payload<'lease-renewed'>): void;
  handedOver(handed: Payload<'handed-over'>): void;
  branchCall(call: Payload<'branch-call'>): void;
  standInKey(key: Payload<'stand-in-key'>): void;
  standInHistory(told: Payload<'stand-in-history'>): void;
  soundWanted(asked: Payload<'sound-wanted'>): void;
  sound(piece: Payload<'sound'>): void;
  /** There is a line again. */
  connected(): void;
}

export const isHeard = (leaf: string): leaf is HeardLeaf => HEARD.some((each) => each === leaf);

/** What is wrong with the payload, if anything is. */
export function hear(taker: ContinuityTaker, leaf: HeardLeaf, bytes: Uint8Array): string | undefined {
  const take = <L extends HeardLeaf>(which: L, use: (said: Payload<L>) => void): string | undefined => {
    const decoded = decode(which, bytes);
    if (!decoded.ok) return decoded.error;
    use(decoded.payload);
    return undefined;
  };
  switch (leaf) {
    case 'lease':
      return take('lease', (said) => taker.lease(said));
    case 'lease-renewed':
      return take('lease-renewed', (said) => taker.leaseRenewed(said));
    case 'handed-over':
      return take('handed-over', (said) => taker.handedOver(said));
    case 'branch-call':
      return take('branch-call', (said) => taker.branchCall(said));
    case 'stand-in-key':
      return take('stand-in-key', (said) => taker.standInKey(said));
    case 'stand-in-history':
      return take('stand-in-history', (said) => taker.standInHistory(said));
    case 'sound-wanted':
      return take('sound-wanted', (said) => taker.soundWanted(said));
    case 'sound':
      return take('sound', (said) => taker.sound(said));
  }
}
