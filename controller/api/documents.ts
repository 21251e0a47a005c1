/** What the routes of the branches' documents do. */
import type { Change } from '@branchline/contracts/branch/difference';
import type { AuditEntry, documentRoutes } from '@branchline/contracts/http/fleet-documents';
import { notFound } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { BranchDocuments, Taken } from '../fleet/documents.ts';
import type { FleetBoard } from '../fleet/board.ts';
import type { DocumentVersions } from '../store/document-versions.ts';
import { BYTE_ORDER_MARK, csvLine } from './csv.ts';

const AUDIT_COLUMNS = ['id', 'at', 'who', 'address', 'action', 'box', 'detail'] as const;
const MOST_ROWS = 100_000;
const ROWS_AT_ONCE = 1_000;

export interface DocumentApiParts {
  readonly board: FleetBoard;
  readonly documents: BranchDocuments;
  readonly versions: DocumentVersions;
  /** @throws HttpProblem for a box that nobody knows */
  readonly known: (box: string) => Promise<void>;
}

export function documentHandlers(parts: DocumentApiParts): Handlers<typeof documentRoutes> {
  const { board, documents, versions } = parts;
  const boxOf = async (param: (name: string) => string): Promise<string> => {
    const box = param('box');
    await parts.known(box);
    return box;
  };
  return {
    documents: async ({ param }) => {
      const box = await boxOf(param);
      const standing = board.summary(box)?.documents ?? { version: null, standing: 'none' as const };
      return {
        ...standing,
        box: board.of(box)?.reported?.desired ?? null,
        versions: await documents.list(box),
      };
    },
    documentVersion: async ({ param }) => {
      const { one, difference } = await documents.version(await boxOf(param), numberOf(param('version')));
      const { source, confirmWithinS: _, overwrite: __, ...version } = one;
      return { version, source, difference: difference.map(wire) };
    },
    checkDocument: async ({ param, body }) =>
      answerOf(await documents.check(await boxOf(param), body.source)),
    putDocument: async ({ param, body: { source, ...asked }, request, who }) => {
      const asker = { ...asked, author: who, address: addressOf(request) };
      return answerOf(await documents.put(await boxOf(param), source, asker));
    },
    goBack: async ({ param, body, request, who }) => {
      const to = numberOf(param('version'));
      return answerOf(
        await documents.goBack(await boxOf(param), to, { ...body, author: who, address: addressOf(request) }),
      );
    },
    settleDrift: async ({ param, body: { choice, ...asked }, request, who }) =>
      answerOf(
        await documents.settle(await boxOf(param), choice, {
          ...asked,
          author: who,
          address: addressOf(request),
        }),
      ),
    audit: async ({ query }) => {
      const found = await versions.audit({ ...query, limit: query.limit + 1 });
      const entries = found.slice(0, query.limit);
      return { entries, more: found.length > query.limit, actions: await versions.auditActions() };
    },
    auditCsv: async ({ query, response }) => {
      response.set('Cache-Control', 'no-store').type('text/csv; charset=utf-8').attachment('audit.csv');
      response.write(BYTE_ORDER_MARK + csvLine(AUDIT_COLUMNS));
      for (let left = MOST_ROWS, before: number | undefined; left > 0; left -= ROWS_AT_ONCE) {
        const rows: AuditEntry[] = await versions.audit({ ...query, before, limit: ROWS_AT_ONCE });
        for (const row of rows) response.write(csvLine(AUDIT_COLUMNS.map((column) => row[column])));
        before = rows.at(-1)?.id;
        if (rows.length < ROWS_AT_ONCE) break;
      }
      response.end();
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
