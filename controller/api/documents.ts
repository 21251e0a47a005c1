/** What the routes of the branches' documents do. */
import type { Change } from '@branchline/contracts/branch/difference';
import type { documentRoutes } from '@branchline/contracts/http/fleet-documents';
import { notFound } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { BranchDocuments, Taken } from '../fleet/documents.ts';
import type { FleetBoard } from '../fleet/board.ts';
import type { DocumentVersions } from '../store/document-versions.ts';

export interface DocumentApiParts {
  readonly board: FleetBoard;
  readonly documents: BranchDocuments;
  readonly versions: DocumentVersions;
  /** @throws HttpProblem for a box that nobody knows */
  readonly known: (box: string) => void;
}

export function documentHandlers(parts: DocumentApiParts): Handlers<typeof documentRoutes> {
  const { board, documents, versions } = parts;
  const boxOf = (param: (name: string) => string): string => {
    const box = param('box');
    parts.known(box);
    return box;
  };
  return {
    documents: ({ param }) => {
      const box = boxOf(param);
      const standing = board.summary(box)?.documents ?? { version: null, standing: 'none' as const };
      return {
        ...standing,
        box: board.of(box)?.reported?.desired ?? null,
        versions: documents.list(box),
      };
    },
    documentVersion: ({ param }) => {
      const { one, difference } = documents.version(boxOf(param), numberOf(param('version')));
      const { source, confirmWithinS: _, overwrite: __, ...version } = one;
      return { version, source, difference: difference.map(wire) };
    },
    checkDocument: ({ param, body }) => answerOf(documents.check(boxOf(param), body.source)),
    putDocument: ({ param, body: { source, ...asked }, request }) =>
      answerOf(documents.put(boxOf(param), source, { ...asked, address: addressOf(request) })),
    goBack: ({ param, body, request }) => {
      const to = numberOf(param('version'));
      return answerOf(documents.goBack(boxOf(param), to, { ...body, address: addressOf(request) }));
    },
    settleDrift: ({ param, body: { choice, ...asked }, request }) =>
      answerOf(documents.settle(boxOf(param), choice, { ...asked, address: addressOf(request) })),
    audit: ({ query }) => {
      const found = versions.audit({ ...query, limit: query.limit + 1 });
      return { entries: found.slice(0, query.limit), more: found.length > query.limit };
    },
  };
}

export const addressOf = ({
  socket,
}: {
  readonly socket: { readonly remoteAddress?: string | undefined };
}): string => socket.remoteAddress ?? '';

const wire = (change: Change) => ({ ...change, path: [...change.path] });

const answerOf = ({ ok, faults, version, difference }: Taken) => ({
  ok,
  faults: faults.map((fault) => ({ ...fault })),
  version,
  difference: difference.map(wire),
});

function numberOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw notFound(`version '${text}'`, 'A version is a whole number from 1.');
}
