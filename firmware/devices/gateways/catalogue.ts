/** The models that this box knows: a folder of its own, one file each, and what a technician has added beside it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '@branchline/contracts/branch/faults';
import { sourcesOf } from '@branchline/contracts/branch/gateways';
import type { Branch, Gateway } from '@branchline/contracts/branch/model';
import { readModel, sourcesOfModel, type GatewayModel } from './model.ts';

/** A gateway of which nothing is known but that it speaks SIP. */
export const PLAIN = 'generic';

export interface Catalogue {
  /** In alphabetical order, PLAIN among them. Read at each asking, so that a new file needs no restart. */
  names(): readonly string[];
  /** @throws Error when there is no such model, or its file has a fault. */
  model(name: string): GatewayModel;
}

/** Of two files of the same name the one in the later folder is taken. A folder that is not there holds none. */
export function catalogue(folders: readonly string[]): Catalogue {
  const files = (): ReadonlyMap<string, string> =>
    new Map(
      folders.flatMap((folder) =>
        filesOf(folder).map((file) => [file.slice(0, -'.json'.length), join(folder, file)]),
      ),
    );
  return {
    names: () => [...new Set([PLAIN, ...files().keys()])].sort(),
    model(name) {
      const path = files().get(name);
      if (path === undefined)
        throw new Error(`There is no gateway model '${name}'. Known: ${this.names().join(', ')}.`);
      return readModel(name, readFileSync(path, 'utf8'));
    },
  };
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((file) => /^[a-z0-9][a-z0-9.-]{0,39}\.json$/.test(file));
  } catch {
    return [];
  }
}

/** What of a document does not fit the catalogue: a model that is not there, a source that the model has no words for. */
export function modelFaults({ gateways }: Pick<Branch, 'gateways'>, known: Catalogue): readonly Fault[] {
  return Object.values(gateways).flatMap((gateway) => {
    // A carrier's line is reached without a gateway of the branch.
    if (gateway.line) return [];
    const path = `gateways.${gateway.name}`;
    const names = known.names();
    if (!names.includes(gateway.model))
      return [fault('not-one-of', `${path}.model`, gateway.model, names.join(', '))];
    return gateway.watch ? watchFaults(gateway, path, known) : [];
  });
}

function watchFaults({ model, watch, address }: Gateway, path: string, known: Catalogue): Fault[] {
  if (!watch) return [];
  if (model === PLAIN) {
    const others = known.names().filter((name) => name !== PLAIN);
    return [
      fault(
        'not-one-of',
        `${path}.model`,
        model,
        `${others.join(', ')}; '${PLAIN}' has no words for a watch`,
      ),
    ];
  }
  let can: readonly string[];
  try {
    can = sourcesOfModel(known.model(model));
  } catch (error) {
    return [
      fault('bad-format', `${path}.model`, model, error instanceof Error ? error.message : String(error)),
    ];
  }
  return sourcesOf(watch)
    .filter((source) => !can.includes(source))
    .map((source) =>
      fault(
        'unknown-field',
        `${path}.watch.${source}`,
        address.host,
        `${can.join(', ')} (of model '${model}')`,
      ),
    );
}

const fault = (code: Fault['code'], path: string, value: unknown, expected: string): Fault => ({
  code,
  path,
  value,
  expected,
  severity: 'error',
});
