/** What the routes of releases do. */
import type { releaseRoutes } from '@branchline/contracts/http/releases';
import { mayTakeLonger } from '@branchline/runtime/web/listen';
import { notFound } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import { notGzip } from '../releases/problems.ts';
import type { ReleaseOrders } from '../releases/orders.ts';
import type { Releases } from '../releases/releases.ts';
import type { DocumentVersions } from '../store/document-versions.ts';

export interface ReleaseApiParts {
  readonly releases: Releases;
  readonly note: DocumentVersions['note'];
  readonly now: () => number;
  readonly orders: ReleaseOrders;
  /** @throws HttpProblem for a box that nobody knows */
  readonly known: (box: string) => Promise<void>;
}

export function releaseHandlers({
  releases,
  orders,
  note,
  now,
  known,
}: ReleaseApiParts): Handlers<typeof releaseRoutes> {
  return {
    releases: () => ({ releases: releases.list() }),
    addRelease: async ({ request, who }) => {
      if (!request.is('application/gzip')) throw notGzip(request.get('content-type')?.slice(0, 100) ?? null);
      mayTakeLonger(request);
      const release = await releases.take(request, who, Number(request.get('content-length') ?? 0));
      const address = request.socket.remoteAddress ?? '';
      const detail = `${release.version} for ${release.architecture}, signed by ${release.signer}, sha256 ${release.sha256}`;
      await note({ at: now(), who, address, action: 'release added', box: null, detail });
      return release;
    },
    orderRelease: async ({ param, body, request, who }) => {
      const box = param('box');
      await known(box);
      const address = request.socket.remoteAddress ?? '';
      return orders.order(box, body, { who, address });
    },
    dropRelease: async ({ param, request, who }) => {
      const [version, architecture] = [param('version'), param('architecture')];
      if (!releases.drop(version, architecture))
        throw notFound(`release ${version} for ${architecture}`, 'GET /api/releases lists them.');
      const address = request.socket.remoteAddress ?? '';
      const detail = `${version} for ${architecture}`;
      await note({ at: now(), who, address, action: 'release dropped', box: null, detail });
      return { ok: true };
    },
  };
}
