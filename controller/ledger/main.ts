/**
 * proof --box NAME: reads the whole history of a box back from the database, event by event, and holds it against the digest
 * that the box gave last. May run beside the service. Ends with 0 when everything is here and equal, with 2 when not.
 */
import { parseArgs } from 'node:util';
import type { StreamProof } from '@branchline/contracts/http/proof';
import { rootLog } from '@branchline/runtime/log';
import { readSettings } from '../settings.ts';
import { Boxes } from '../store/boxes.ts';
import { Events } from '../store/events.ts';
import { LedgerReader } from '../store/ledger-reader.ts';
import { openToReadOf } from '../store/open.ts';
import { Proofs } from '../store/proofs.ts';
import { Streams, type Stream } from '../store/streams.ts';
import { digestOf } from './digest.ts';
import { proofsOfBox } from './proof-report.ts';

const USAGE = 'usage: node controller/ledger/main.ts proof --box NAME';

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    options: { box: { type: 'string' } },
    allowPositionals: true,
  });
  const { box } = values;
  if (positionals[0] !== 'proof' || box === undefined) throw new Error(USAGE);
  const db = await openToReadOf(readSettings(), rootLog({ name: 'proof', level: 'error' }));
  try {
    const boxId = await new Boxes(db).find(box);
    if (boxId === undefined) throw new Error(`no box is called '${box}'`);
    const streams = new Streams(db);
    const reader = new LedgerReader(db, new Events(db));
    const told = await proofsOfBox({ streams, proofs: new Proofs(db) }, boxId);
    if (told.length === 0) throw new Error(`box '${box}' has never sent anything of its ledger`);
    let good = true;
    for (const [index, stream] of (await streams.ofBox(boxId)).entries()) {
      const proof = told[index];
      if (proof) good = (await prove(reader, stream, proof)) && good;
    }
    return good;
  } finally {
    await db.close();
  }
}

async function prove(reader: LedgerReader, stream: Stream, told: StreamProof): Promise<boolean> {
  const { epoch, contiguous, newest, missing, proof } = told;
  console.log(`ledger ${epoch}${told.current ? '' : ' (an earlier life of the database)'}`);
  const whole = missing === 0;
  console.log(
    whole
      ? `  events 1 to ${contiguous} all here`
      : `  ${missing} of ${newest} events missing, the first is ${contiguous + 1}`,
  );
  if (proof?.differs) {
    const { from, to, because, at } = proof.differs;
    console.log(`  events ${from} to ${to} differ from the box (${because}), found at ${at}`);
  }
  if (!proof?.sha256 || proof.at === null) {
    console.log('  never compared with the box');
    return false;
  }
  const now = await digestOf({ reader }, stream, 1, proof.upto);
  const equal = now === proof.sha256;
  const verdict = equal ? 'digest equal' : `DIGEST DIFFERS (${now ?? 'not all of them can be read back'})`;
  console.log(`  events 1 to ${proof.upto} read back now: ${verdict}`);
  console.log(`  the box gave sha256 ${proof.sha256} at ${proof.at}`);
  return equal && whole && proof.differs === null;
}

try {
  process.exitCode = (await main()) ? 0 : 2;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
