/** Asks headquarters for its proof: by the API, and by the command on the database. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { proofRoutes, type StreamProof } from '@branchline/contracts/http/proof';
import type { Bed } from '@branchline/controller/test-bed';

export interface Asking {
  get(path: string): Promise<unknown>;
  /** Compared now, until the answer is as wanted. */
  compared(box: string, fits: (proof: StreamProof) => boolean): Promise<StreamProof>;
  proofCommand(box: string): Promise<{ code: number; out: string }>;
}

/** Events 1 to `upto` were found equal, at `since` or later. */
export const equalAt =
  (upto: number, since = 0) =>
  ({ proof }: StreamProof): boolean =>
    proof?.upto === upto && proof.differs === null && Date.parse(proof.at ?? '') >= since;

export async function askingOf(bed: Bed): Promise<Asking> {
  const headers = { ...(await bed.signIn()), 'content-type': 'application/json' };
  const get = async (path: string): Promise<unknown> => (await bed.api(path, { headers })).json();
  const proofOf = async (box: string): Promise<StreamProof> => {
    const answer = proofRoutes.proof.response?.parse(await get(`/api/boxes/${box}/proof`));
    const [current] = answer?.streams ?? [];
    if (!current) throw new Error(`nothing of box '${box}'`);
    return current;
  };
  return {
    get,
    async compared(box, fits) {
      const path = `/api/boxes/${box}/proof`;
      await expect
        .poll(async () => (await bed.api(path, { method: 'POST', headers, body: '{}' })).json(), {
          timeout: 40_000,
        })
        .toEqual({ comparing: true });
      await expect.poll(async () => fits(await proofOf(box)), { timeout: 40_000 }).toBe(true);
      return proofOf(box);
    },
    proofCommand: (box) => proofCommand(bed, box),
  };
}

async function proofCommand({ variables }: Bed, box: string): Promise<{ code: number; out: string }> {
  const env = { ...process.env, ...variables };
  const args = ['controller/ledger/main.ts', 'proof', '--box', box];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    return { code: 0, out: stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, out: stdout };
  }
}
