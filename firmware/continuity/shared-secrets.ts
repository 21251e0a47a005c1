/**
 * The passwords that a branch's stand-in needs: of its telephones, and of its cloud lines. Sealed for the host that the document names, once its
 * certificate is found to be signed by the authority that this box trusts; headquarters carries them and cannot read them.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import { secretsPurpose, type SharedSecrets } from '@branchline/contracts/shared-secrets';
import type { StandInKey, StandInSecrets } from '@branchline/contracts/stand-in-wire';
import { readIfThere } from '@branchline/runtime/atomic-file';
import { seal } from '@branchline/runtime/sealed';

export interface SharingPlace {
  readonly identityDir: string;
  /** Of these telephones. */
  readonly phoneSecrets: (phones: readonly string[]) => Readonly<Record<string, string>>;
  readonly secretOf: (name: string) => string | undefined;
}

/** @throws Error that says why it may not be told anything */
export function sealedFor(
  { host, certificate }: StandInKey,
  branch: Branch,
  place: SharingPlace,
): StandInSecrets {
  if (branch.continuity?.standIn !== host)
    throw new Error(`'${host}' is not the stand-in host that the document names`);
  const theirs = new X509Certificate(certificate);
  const authority = new X509Certificate(readIfThere(join(place.identityDir, 'ca.crt')) ?? '');
  if (!theirs.verify(authority.publicKey) || commonName(theirs) !== host)
    throw new Error(`the certificate is not that of '${host}', signed by this fleet's authority`);
  const text = JSON.stringify(sharedOf(place, branch));
  return {
    v: 1,
    host,
    to: createHash('sha256').update(theirs.raw).digest('hex'),
    sealed: seal(theirs.publicKey, secretsPurpose(branch.site.id, host), text),
  };
}

const commonName = ({ subject }: X509Certificate): string | undefined => /^CN=(.+)$/m.exec(subject)?.[1];

function sharedOf({ phoneSecrets, secretOf }: SharingPlace, branch: Branch): SharedSecrets {
  const named = Object.values(branch.gateways).flatMap(({ line }) => [
    ...(line?.secret === undefined ? [] : [line.secret]),
    ...(line?.standIn ? [line.standIn.secret] : []),
  ]);
  const found = [...new Set(named)].flatMap((name) => {
    const value = secretOf(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const phones = phoneSecrets(Object.keys(branch.phones));
  return {
    phones: Object.fromEntries(Object.keys(branch.phones).map((name) => [name, phones[name] ?? ''])),
    secrets: Object.fromEntries(found),
  };
}
