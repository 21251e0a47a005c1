/** What the routes of the boxes' identities do. */
import type { enrolmentRoutes } from '@branchline/contracts/http/enrolment';
import type { RequestLimit } from '@branchline/runtime/web/request-limit';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { By, ClaimTaken, Claims } from '../enrolment/claims.ts';
import type { Revocation } from '../enrolment/revocation.ts';
import type { Identities } from '../store/identities.ts';

export interface EnrolmentApiParts {
  readonly claims: Claims;
  readonly revocation: Revocation;
  readonly identities: Identities;
  readonly requests: RequestLimit;
  /** @throws HttpProblem for a box that nobody knows */
  readonly known: (box: string) => Promise<void>;
}

export function enrolmentHandlers(parts: EnrolmentApiParts): Handlers<typeof enrolmentRoutes> {
  const { claims, revocation, identities, requests } = parts;
  const boxOf = async (param: (name: string) => string): Promise<string> => {
    const box = param('box');
    await parts.known(box);
    return box;
  };
  return {
    wantCertificate: async ({ body, request }) => {
      const { address } = byOf({ who: '', request });
      await requests.count(address);
      return claims.ask(body, address);
    },
    enrolment: async () => ({
      waiting: claims.waiting.map(({ csr: _, proof: __, v: ___, key: ____, since, seen, ...box }) => {
        return { ...box, since: stamp(since), seen: stamp(seen) };
      }),
      expected: (await identities.expected()).map(({ serial, box, replace, by, at }) => {
        return { serial, box, replace, by, at: stamp(at) };
      }),
    }),
    claimBox: async (asked) => {
      const { code, ...place } = asked.body;
      return answerOf(await claims.claim(code, place, byOf(asked)));
    },
    expectBox: async (asked) => {
      const { serial, code, ...place } = asked.body;
      return answerOf(await claims.expect(serial, code, place, byOf(asked)));
    },
    expectNoMore: async (asked) => {
      await claims.expectNoMore(asked.param('serial'), byOf(asked));
      return { ok: true as const };
    },
    identity: async ({ param }) => identities.of(await boxOf(param)),
    revoke: async (asked) => {
      const box = await boxOf(asked.param);
      await revocation.revoke(box, asked.body.reason, byOf(asked));
      return identities.of(box);
    },
  };
}

const byOf = ({
  who,
  request,
}: {
  readonly who: string;
  readonly request: { readonly socket: { readonly remoteAddress?: string | undefined } };
}): By => ({ who, address: request.socket.remoteAddress ?? '' });

const answerOf = ({ faults, ...rest }: ClaimTaken) => ({
  ...rest,
  faults: faults.map((fault) => ({ ...fault })),
});

const stamp = (at: number): string => new Date(at).toISOString();
