/** The extensions that the fraud brake has stopped, as the page shows them. Pure. */
import type { StoppedExtension } from '@branchline/contracts/http/brakes';
import { extensionKey, type BrakeState } from '../routing/brake.ts';

export function stoppedExtensions(state: BrakeState = {}): StoppedExtension[] {
  const prefix = extensionKey('');
  return Object.entries(state).flatMap(([key, { stopped }]) =>
    stopped && key.startsWith(prefix)
      ? [
          {
            extension: key.slice(prefix.length),
            since: new Date(stopped.at).toISOString(),
            detail: stopped.detail,
          },
        ]
      : [],
  );
}
