/** What one engine instance is told besides the branch document: addresses, ports and secrets of this machine. */
import type { Branch } from '@branchline/contracts/branch/model';

export interface EngineSettings {
  /** Where SIP is spoken (UDP): an IPv4 address of this machine, never a name. */
  readonly sip: { readonly address: string; readonly port: number };
  /** IPv4 address that peers send their audio to. */
  readonly mediaAddress: string;
  /** UDP ports for audio, both inclusive; a call leg takes two. */
  readonly rtp: { readonly first: number; readonly last: number };
  /** On loopback, for the firmware alone. */
  readonly ari: { readonly port: number };
  /**
   * For so long after the engine's start calls from the network wait for the firmware, which is being started beside it, s; 0 to 60. After
   * that, or when left out, each waits CLAIM_MS.
   */
  readonly bootWaitS?: number;
  /** Digest password of each phone of the document, by the phone's name. */
  readonly phoneSecrets: Readonly<Record<string, string>>;
  /** Passwords of lines by SIP, by the name that the document gives to the secret; those that are not there are left out. */
  readonly lineSecrets?: Readonly<Record<string, string>>;
  /** PEM: who may vouch for the far end of a line by TLS. Without it there is no line by TLS. */
  readonly lineCa?: string;
}

/** Made anew at each start of the engine, by the start itself. */
export interface EngineBirth {
  /** Leads every channel's id, so that ids never repeat even when the clock jumps: 4 to 16 of a-z and 0-9. */
  readonly id: string;
  readonly ariSecret: string;
  /** Seconds since 1970; left out where it was long ago. */
  readonly at?: number;
}

/** Everything the engine's files are rendered from. */
export interface EngineSite {
  readonly branch: Branch;
  readonly settings: EngineSettings;
  readonly birth: EngineBirth;
}

/** The Stasis application the firmware is. */
export const APP = 'branchline';
export const ARI_USER = 'firmware';

/**
 * How long a call waits to be taken by the firmware before the engine goes on alone, in milliseconds. The whole of it
 * passes when the firmware is dead, too: the engine does not look whether anybody listens.
 */
export const CLAIM_MS = 900;

/** Places inside the engine's root. An instance binds its own directories there; see instance/layout.ts. */
export const INSIDE = {
  etc: '/etc/asterisk',
  run: '/run/asterisk',
  log: '/var/log/asterisk',
  spool: '/var/spool/asterisk',
  state: '/var/lib/asterisk',
  recordings: '/var/spool/asterisk/recordings',
  prompts: '/var/lib/asterisk/prompts',
  survivable: '/var/spool/asterisk/survivable',
  data: '/usr/share/asterisk',
} as const;
