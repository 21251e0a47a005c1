/** What this browser remembers of a person's choices; a browser that remembers nothing is no fault. */

export interface Memory {
  readonly read: (name: string) => string | null;
  readonly write: (name: string, value: string) => void;
}

export function memoryOf(storage: () => Storage): Memory {
  const guarded = <T>(attempt: () => T, otherwise: T): T => {
    try {
      return attempt();
    } catch {
      return otherwise;
    }
  };
  return {
    read: (name) => guarded(() => storage().getItem(`branchline.${name}`), null),
    write: (name, value) => guarded(() => storage().setItem(`branchline.${name}`, value), undefined),
  };
}
