/** The three routes of signing in, the same at the box and at headquarters. */
import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { HttpProblem } from './problem.ts';
import type { Request } from 'express';
import type { Asked } from './routes.ts';
import type { SessionKeeper } from './sessions.ts';

export interface TryLimits {
  /** Wrong tries of one address, and of all together, within `windowS` seconds. */
  readonly perAddress: number;
  readonly inAll: number;
  readonly windowS: number;
}
export const TRY_LIMITS: TryLimits = { perAddress: 8, inAll: 200, windowS: 300 };

export interface SessionAnswer<Door extends string, P = never> {
  signedIn: boolean;
  door: Door;
  name: string;
  person?: P | null;
}

export interface SignIn<Door extends string, P = never> {
  readonly door: Door;
  /** What the page shows above the password: the box's name, or headquarters'. */
  readonly name: string;
  /** Who it is when the password is right ('' where the service knows nobody by name), else undefined. */
  readonly whoSignsIn: (given: {
    readonly name?: string | undefined;
    readonly password: string;
  }) => Promise<string | undefined>;
  /** What the page is told of a person who has signed in. */
  readonly told?: (person: string) => P | null;
  readonly sessions: SessionKeeper;
  /** Gives this person another password; false when the one of before is not right. */
  readonly changePassword: (person: string, now: string, becomes: string) => Promise<boolean>;
  readonly limits?: TryLimits;
  /** Told of each try, for the ledger of operators' actions; never with the password. */
  readonly onTry?: (address: string, success: boolean, name: string | undefined) => void;
  /** Told of each change of a password, and of each that was refused for a wrong one. */
  readonly onChange?: (request: Request, success: boolean, person: string) => void;
}

/** Handlers named as the routes are named in both tables. */
export function signInHandlers<Door extends string, P = never>(parts: SignIn<Door, P>) {
  const tries = limiter(parts.limits ?? TRY_LIMITS);
  const told = (person: string | undefined): SessionAnswer<Door, P> => ({
    signedIn: person !== undefined,
    door: parts.door,
    name: parts.name,
    ...(parts.told && { person: person === undefined ? null : parts.told(person) }),
  });
  return {
    session: async ({ request }: Pick<Asked, 'request'>) => told(await parts.sessions.find(request)),
    signOut: async ({ request, response }: Pick<Asked, 'request' | 'response'>) => {
      await parts.sessions.end(request, response);
      return told(undefined);
    },
    ownPassword: async ({
      request,
      body,
    }: Pick<Asked, 'request'> & { body: { now: string; becomes: string } }): Promise<{ ok: true }> => {
      const person = parts.sessions.personOf(request) ?? '';
      // A session that was left open must not serve for guessing the password behind it.
      const address = request.socket.remoteAddress ?? 'unknown';
      await tries.count(address);
      const changed = await parts.changePassword(person, body.now, body.becomes);
      parts.onChange?.(request, changed, person);
      if (!changed) throw NOT_THE_PASSWORD;
      await tries.forgive(address);
      await parts.sessions.endOthers(request, person);
      return { ok: true };
    },
    signIn: async (
      asked: Pick<Asked, 'request' | 'response'> & { body: { name?: string | undefined; password: string } },
    ) => {
      const address = asked.request.socket.remoteAddress ?? 'unknown';
      await tries.count(address);
      const person = await parts.whoSignsIn(asked.body);
      parts.onTry?.(address, person !== undefined, asked.body.name);
      if (person === undefined) throw WRONG_PASSWORD;
      await tries.forgive(address);
      await parts.sessions.begin(asked.request, asked.response, person);
      return told(person);
    },
  };
}

const NOT_THE_PASSWORD = new HttpProblem(403, {
  code: 'wrong-password',
  message: 'That is not your password of until now.',
  field: 'body.now',
  remedy: 'Type the password that you have signed in with.',
});

const WRONG_PASSWORD = new HttpProblem(401, {
  code: 'wrong-password',
  message: 'That is not the password.',
  field: 'body.password',
  remedy: 'Type it as it was shown at the first start; a new one can be made on the machine itself.',
});

/** A try is counted before it is checked, so that many at once cannot slip through; a right one is taken back. */
function limiter(limits: TryLimits) {
  const one = new RateLimiterMemory({ points: limits.perAddress, duration: limits.windowS });
  const all = new RateLimiterMemory({ points: limits.inAll, duration: limits.windowS });
  return {
    async count(address: string): Promise<void> {
      try {
        await one.consume(keyOf(address));
        await all.consume('all');
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        throw tooMany(Math.max(1, Math.ceil(refused.msBeforeNext / 1000)));
      }
    },
    async forgive(address: string): Promise<void> {
      await one.delete(keyOf(address));
      await all.reward('all');
    },
  };
}

const tooMany = (seconds: number): HttpProblem =>
  new HttpProblem(
    429,
    {
      code: 'too-many-tries',
      message: 'Too many wrong passwords.',
      remedy: `Wait ${seconds} seconds and try again.`,
    },
    seconds,
  );

/** Whoever has an IPv6 address has a /64 of them. */
function keyOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = ''] = address.split('::');
  const groups = (address.includes('::') ? head : address).split(':');
  return groups.slice(0, 4).join(':');
}
