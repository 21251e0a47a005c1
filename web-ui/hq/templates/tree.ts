/** Templates in the order in which they stand beneath each other. Pure. */
import type { TemplateSummary } from '@branchline/contracts/http/templates';

export interface Row {
  readonly template: TemplateSummary;
  /** How many stand above it. */
  readonly depth: number;
}

/** Each beneath its parent. One whose parents lead in a circle, or to nowhere, stands at the top. */
export function treeOf(templates: readonly TemplateSummary[]): Row[] {
  const shown = new Set<string>();
  const names = new Set(templates.map(({ name }) => name));
  const beneath = (parent: string | null, depth: number): Row[] =>
    templates
      .filter((each) => each.parent === parent && !shown.has(each.name))
      .flatMap((template) => withBeneath(template, depth));
  const withBeneath = (template: TemplateSummary, depth: number): Row[] => {
    shown.add(template.name);
    return [{ template, depth }, ...beneath(template.name, depth + 1)];
  };
  const rows = beneath(null, 0);
  const lost = templates.filter(({ parent }) => parent !== null && !names.has(parent));
  return [
    ...rows,
    ...[...lost, ...templates].flatMap((each) => (shown.has(each.name) ? [] : withBeneath(each, 0))),
  ];
}

export const branchesOf = ({ uses }: TemplateSummary): number =>
  uses.reduce((sum, { branches }) => sum + branches, 0);
