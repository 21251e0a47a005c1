/**
 * What headquarters, the host of stand-ins in the cloud, a branch's box and its stand-in say to each other, beside the lease. The host is
 * known to headquarters as a box is; each stand-in that it runs has a name and a certificate of its own, and speaks as any box does.
 */
import * as z from 'zod';
import { lease, party } from './continuity.ts';
import { ledgerEvent } from './ledger.ts';
import { TOPIC_NAME } from './topic-name.ts';

const v = z.literal(1);
const box = z.string().regex(TOPIC_NAME);
const pem = z.string().max(16_384);
const revision = z.string().regex(/^[0-9a-f]{64}$/);
const at = z.iso.datetime();
const word = z.string().min(1).max(80);

/** Longest document of a branch that travels, signs. */
const LONGEST_DOCUMENT = 200_000;
/** Longest sealed box of secrets, signs of base64. */
const LONGEST_SEALED = 40_000;

/** All branches that a host may have to stand in for: what it has beside them it lets go of. */
export const standInPlaces = z.looseObject({
  v,
  branches: z.array(box).max(10_000),
  /** Those among what it lets go of that are to end now, as nobody is at them. Any other goes on by itself. */
  ends: z.array(box).max(10_000).optional(),
});

/** One of them. Told when the host connects and whenever something of it changes; each has all of it. */
export const standInPlace = z.looseObject({
  v,
  branch: box,
  /** The name under which the stand-in speaks. */
  box,
  /** It is to be there, ready to take calls within moments. */
  run: z.boolean(),
  /** It is to end now: another needs its room, and it has no calls. Without it one that runs goes on. */
  end: z.boolean().optional(),
  /** The branch's document as it is served in the cloud (branch/in-cloud.ts), JSON, and its SHA-256. */
  document: z.string().max(LONGEST_DOCUMENT),
  revision,
  /** Of the stand-in, for the key that its host has asked for; null until it did. */
  certificate: pem.nullable(),
  /** The passwords of telephones and lines, sealed by the branch's box for this host; null while the box has not sent any. */
  secrets: z.base64().max(LONGEST_SEALED).nullable(),
});

/** A host asks for the certificate of a stand-in that it has been given. */
export const standInRequest = z.looseObject({ v, branch: box, csr: z.string().min(1).max(4_096) });

/** absent: not set up yet. cold: could be started. starting, running: its service is. failing: it ends again and again. */
export const STAND_IN_STATES = ['absent', 'cold', 'starting', 'running', 'failing'] as const;
export const standInState = z.enum(STAND_IN_STATES);
const epoch = z.string().regex(/^[0-9a-f]{16}$/);

/** To a branch's box: what follows in its stand-in's ledger on what the box has; without an event, the question how far it has it. */
export const standInHistory = z.looseObject({
  v,
  /** Of the stand-in's ledger. */
  epoch,
  /** As far as headquarters has all of it. */
  newest: z.int().min(0),
  /** In the order of their numbers, without a gap. */
  events: z.array(ledgerEvent).max(500),
});

/** The box has it up to and including `upto`; 0 for nothing. Said only when asked. */
export const standInHistoryHas = z.looseObject({ v, epoch, upto: z.int().min(0) });

export type StandInHistory = z.infer<typeof standInHistory>;
export type StandInHistoryHas = z.infer<typeof standInHistoryHas>;
export type StandInState = z.infer<typeof standInState>;

/** How a host is, on every change and connect. */
export const standInSays = z.looseObject({
  v,
  /** Stand-ins that may run at once. */
  most: z.int().min(0),
  /** Of its machine, or as much of that as it may use; and calls for which each stand-in has ports. Absent of a host of an older release. */
  size: z
    .looseObject({ memoryMb: z.int().min(0), cores: z.int().min(1), callsEach: z.int().min(0) })
    .optional(),
  /** Its own, to whose key boxes seal their secrets. */
  certificate: pem,
  places: z
    .array(
      z.looseObject({
        branch: box,
        state: standInState,
        /** Of the document it has; null while it has none. */
        revision: revision.nullable(),
        hasSecrets: z.boolean(),
        /** Why it is absent or failing, for a person. */
        why: z.string().max(300).optional(),
      }),
    )
    .max(10_000),
});

/** Of the host that is to stand in for the branch: the box seals its secrets to this key, once it finds its own authority's signature. */
export const standInKey = z.looseObject({ v, host: box, certificate: pem });

/** The box's passwords, readable by that host alone. Said when asked, and when one of them has changed. */
export const standInSecrets = z.looseObject({
  v,
  host: box,
  /** SHA-256 of the host's certificate, hex: one sealed for an older key is of no use. */
  to: revision,
  sealed: z.base64().max(LONGEST_SEALED),
});

/** Who waited, is to be called back, and works, where it has been so far. Told to who takes over; what is known there already is not taken twice. */
export const handedOver = z.looseObject({
  v,
  from: party,
  lease,
  /** By the clock of `from`, as all other times in it are: how long ago something was is their difference, however far the clocks are apart. */
  at,
  /** Callers who were cut off, or would be: who calls again has his place (`keep-place`, counted from when this is taken, by the clock of who takes it). */
  waiting: z.array(z.looseObject({ call: word, number: word, queue: word, since: at })).max(1_000),
  callbacks: z
    .array(
      z.looseObject({
        id: word,
        number: word,
        queue: word,
        since: at,
        askedAt: at,
        attempts: z.int().min(0),
      }),
    )
    .max(1_000),
  /** Callbacks that have come to their end there lately. */
  ended: z.array(word).max(1_000),
  /** As 'agent.state' of the ledger. */
  agents: z
    .array(z.looseObject({ agent: word, state: word, reason: z.string().max(80).optional() }))
    .max(1_000),
});

const nonce = z.string().regex(/^[0-9a-f]{16}$/);

/** A stand-in is to call the branch from outside, to see who answers. */
export const branchCall = z.looseObject({
  v,
  nonce,
  /** E.164. */
  number: z.string().regex(/^\+[1-9]\d{6,14}$/),
  /** Where the exchange of its line forwards what the line does not take, E.164: a call for it that comes meanwhile is the one that was made. */
  forwardedTo: z.string().optional(),
});

/** What came of it. */
export const branchCalled = z.looseObject({
  v,
  nonce,
  /** False: it could not call anybody, which says nothing of the branch. */
  placed: z.boolean(),
  /** Who answered; the stand-in itself where the carrier brought the call back to it. */
  by: party.nullable(),
  /** From the call to its answer. */
  ms: z.number().min(0).nullable(),
});

export type BranchCall = z.infer<typeof branchCall>;
export type BranchCalled = z.infer<typeof branchCalled>;
export type StandInPlaces = z.infer<typeof standInPlaces>;
export type StandInPlace = z.infer<typeof standInPlace>;
export type StandInRequest = z.infer<typeof standInRequest>;
export type StandInSays = z.infer<typeof standInSays>;
export type StandInKey = z.infer<typeof standInKey>;
export type StandInSecrets = z.infer<typeof standInSecrets>;
export type HandedOver = z.infer<typeof handedOver>;
