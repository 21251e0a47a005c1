/** A document as it was written, of which nothing is known yet: what is not of the form that is asked for counts as not there. */
export type Raw = Readonly<Record<string, unknown>>;

export const isMapping = (value: unknown): value is Raw =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const mapping = (value: unknown): Raw => (isMapping(value) ? value : {});
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const texts = (value: unknown): string[] => list(value).filter((item) => typeof item === 'string');
export const entries = (value: unknown): [string, Raw][] =>
  Object.entries(mapping(value)).flatMap(([name, item]) =>
    isMapping(item) ? [[name, item] as [string, Raw]] : [],
  );
