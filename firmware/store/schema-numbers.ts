/** In which form this version keeps the box's data, and the oldest whose programs could go on with it. */
import type { ReleaseSchemas } from '@branchline/contracts/release';
import { type Migration, oldestBackOf } from '@branchline/runtime/sqlite';
import { accessMigrations } from '@branchline/runtime/web/access-store';
import { migrations } from './migrations.ts';

/** Of headquarters' own data no box has any. */
const by = (what: (steps: readonly Migration[]) => number): ReleaseSchemas['schema'] => ({
  box: what(migrations),
  access: what(accessMigrations),
  hq: 1,
});

export const schemaNumbers = (): ReleaseSchemas => ({
  schema: by((steps) => steps.length),
  oldestBack: by(oldestBackOf),
});
