/** What is known of a caller while flows are followed, and what the flows have said he wants. Plain data; it outlives each flow. */
import type { Settings } from '@branchline/contracts/branch/flows/model';
import { GIVEN_VARIABLES, LONGEST_VALUE, MOST_VARIABLES } from '@branchline/contracts/branch/flows/values';
import type { Branch, Language } from '@branchline/contracts/branch/model';
import type { Destination } from '@branchline/contracts/branch/values';

const MOST_KEPT = MOST_VARIABLES + GIVEN_VARIABLES.length;
const MOST_TAGS = 20;

export interface FlowContext {
  readonly variables: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly language: Language;
  /** Instead of the queue's own, 0 to 100. */
  readonly priority?: number;
  /** Skills wanted beside those of the queue, with their levels. */
  readonly needs: Readonly<Record<string, number>>;
  /** Where the caller goes when the other side has hung up. */
  readonly after?: Destination;
}

export interface Caller {
  /** Number in international form, an extension, or 'anonymous'. */
  readonly caller: string;
  readonly dialled: string;
  /** The entry of `numbers` that was dialled; '' when there is none. */
  readonly number: string;
}

export function newContext(branch: Branch, { caller, dialled, number }: Caller): FlowContext {
  return { variables: { caller, dialled, number }, tags: [], language: branch.site.language, needs: {} };
}

export function withVariables(context: FlowContext, values: Readonly<Record<string, string>>): FlowContext {
  const bounded = Object.entries({ ...context.variables, ...values }).slice(0, MOST_KEPT);
  const cut = bounded.map(([name, value]) => [name, value.slice(0, LONGEST_VALUE)]);
  return { ...context, variables: Object.fromEntries(cut) as Record<string, string> };
}

export function withTags(context: FlowContext, tags: readonly string[]): FlowContext {
  return { ...context, tags: [...new Set([...context.tags, ...tags])].slice(0, MOST_TAGS) };
}

export function withSettings(context: FlowContext, settings: Settings): FlowContext {
  const values = Object.entries(settings.variables).map(([name, text]) => [name, filled(text, context)]);
  const { priority, language, after, needs } = settings;
  const known = withTags(
    withVariables(context, Object.fromEntries(values) as Record<string, string>),
    settings.tags,
  );
  return {
    ...known,
    needs: { ...known.needs, ...needs },
    ...(priority === undefined ? {} : { priority }),
    ...(language === undefined ? {} : { language }),
    ...(after === undefined ? {} : { after }),
  };
}

/** The text with its variables' values; one that was never given a value leaves nothing. */
export function filled(
  text: string,
  { variables }: FlowContext,
  escape: (value: string) => string = (value) => value,
): string {
  return text.replace(/\{([a-z][a-z0-9-]*)\}/g, (_, name: string) => escape(variables[name] ?? ''));
}
