/** What the routes of templates do, and those of where a branch's fields come from. */
import type { templateRoutes } from '@branchline/contracts/http/templates';
import { differenceOf } from '@branchline/contracts/branch/difference';
import { templateName } from '@branchline/contracts/fleet/templates';
import { HttpProblem, notFound } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { OwnLayer } from '../fleet/own-layer.ts';
import type { TemplateRemoval } from '../fleet/template-removal.ts';
import type { Templates } from '../fleet/templates.ts';
import type { StoredTemplate } from '../store/templates.ts';
import { addressOf, answerOf, wire } from './documents.ts';

export interface TemplateApiParts {
  readonly templates: Templates;
  readonly templateRemoval: TemplateRemoval;
  readonly ownLayer: OwnLayer;
  /** @throws HttpProblem for a box that nobody knows */
  readonly known: (box: string) => Promise<void>;
}

export function templateHandlers(parts: TemplateApiParts): Handlers<typeof templateRoutes> {
  const { templates, templateRemoval, ownLayer } = parts;
  const boxOf = async (param: (name: string) => string): Promise<string> => {
    const box = param('box');
    await parts.known(box);
    return box;
  };
  return {
    templates: async () => ({ templates: await templates.list() }),
    template: async ({ param }) => {
      const name = param('template');
      const versions = await templates.versions(name);
      const source = versions[0]?.source ?? '';
      const beneath = await templates.beneath(name);
      return { ...(await templates.summary(name)), source, versions: versions.map(toldOf), beneath };
    },
    templateVersion: async ({ param }) => {
      const versions = await templates.versions(param('template'));
      const at = versions.findIndex(({ version }) => String(version) === param('version'));
      const version = versions[at];
      if (!version)
        throw notFound(
          `version '${param('version')}' of template '${param('template')}'`,
          `GET /api/templates/${param('template')} lists them.`,
        );
      const difference = differenceOf(versions[at + 1]?.document ?? {}, version.document);
      return { version: toldOf(version), source: version.source, difference: difference.map(wire) };
    },
    checkTemplate: async ({ param, body }) => {
      const { faults, difference, branches } = await templates.check(nameOf(param('template')), body);
      const breaks = branches.filter((each) =>
        each.faults.some(({ severity }) => severity === 'error'),
      ).length;
      return {
        ok: faults.length === 0,
        faults: faults.map((fault) => ({ ...fault })),
        difference: difference.map(wire),
        ...{ branches, breaks },
      };
    },
    putTemplate: async ({ param, body: { reason, after, ...text }, request, who }) => {
      const asker = { author: who, reason, after, address: addressOf(request) };
      const { faults, version } = await templates.put(nameOf(param('template')), text, asker);
      return { ok: version !== null, faults: faults.map((fault) => ({ ...fault })), version };
    },
    removeTemplate: async ({ param, request, who }) => {
      await templateRemoval.remove(param('template'), { who, address: addressOf(request) });
      return { ok: true as const };
    },
    documentOrigins: async ({ param }) => {
      const { version, composition, fields } = await ownLayer.origins(await boxOf(param));
      return {
        ...{ version, composition },
        fields: fields.map(({ path, over, ...field }) => ({ ...field, path: [...path], over: [...over] })),
      };
    },
    inheritFields: async ({ param, body: { paths, ...asked }, request, who }) => {
      const asker = { ...asked, author: who, address: addressOf(request) };
      return answerOf(await ownLayer.inherit(await boxOf(param), paths, asker));
    },
    putOwnLayer: async ({ param, body: { source, template, ...asked }, request, who }) => {
      const asker = { ...asked, author: who, address: addressOf(request) };
      return answerOf(await ownLayer.put(await boxOf(param), source, template, asker));
    },
  };
}

const toldOf = ({ version, parent, author, reason, at, changes }: StoredTemplate) => ({
  ...{ version, parent, author, reason, changes },
  at: new Date(at).toISOString(),
});

/** Of a template that there may not be yet. */
function nameOf(name: string): string {
  const read = templateName.safeParse(name);
  if (read.success) return read.data;
  throw new HttpProblem(400, {
    code: 'bad-request',
    message: `'${name}' is no name for a template: ${read.error.issues[0]?.message ?? ''}.`,
    field: 'template',
    value: name,
    remedy: 'Give it a name such as fleet, or east-2.',
  });
}
