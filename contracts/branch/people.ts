/** The names that a branch document gives its people, whether it is settled or as it was written. Pure. */
import type { LocalText } from './model.ts';

export interface PeopleNames {
  readonly person: (id: string) => LocalText | undefined;
  readonly extension: (extension: string) => LocalText | undefined;
}

/** What has another shape than a document is passed over. */
export function peopleOfDocument(document: unknown): PeopleNames {
  const people = (document as { people?: unknown } | null | undefined)?.people;
  const byId = new Map<string, LocalText>();
  const byExtension = new Map<string, LocalText>();
  for (const [id, person] of Object.entries(typeof people === 'object' && people !== null ? people : {})) {
    const { name, extension } = (person ?? {}) as { name?: unknown; extension?: unknown };
    const text = localText(name);
    if (!text) continue;
    byId.set(id, text);
    if (typeof extension === 'string' || typeof extension === 'number')
      byExtension.set(String(extension), text);
  }
  return { person: (id) => byId.get(id), extension: (extension) => byExtension.get(extension) };
}

function localText(name: unknown): LocalText | undefined {
  if (typeof name === 'string') return { zh: name, en: name };
  const { zh, en } = (name ?? {}) as { zh?: unknown; en?: unknown };
  return typeof zh === 'string' && typeof en === 'string' ? { zh, en } : undefined;
}
