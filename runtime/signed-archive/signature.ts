import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';

/** A signature names its key by the first 16 digits of the sha256 of the public half. */
export interface Signature {
  key: string;
  /** Ed25519, base64. */
  signature: string;
}

/** A new pair of Ed25519 keys, each as PEM. */
export function newKeys(): { privateKey: string; publicKey: string } {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

/** @param pem a private or public key. @throws Error when it is no Ed25519 key. */
export function nameOfKey(pem: string): string {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`the key is of the kind ${key.asymmetricKeyType ?? 'unknown'}: give an Ed25519 key`);
  const spki = key.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex').slice(0, 16);
}

export function signText(text: Buffer, privatePem: string): Signature {
  const signature = sign(null, text, createPrivateKey(privatePem)).toString('base64');
  return { key: nameOfKey(privatePem), signature };
}

/** The name of the first of the public keys that signed the text, or undefined. */
export function signerOf(
  text: Buffer,
  signatures: readonly Signature[],
  publicPems: readonly string[],
): string | undefined {
  for (const pem of publicPems) {
    const name = nameOfKey(pem);
    const good = signatures.some(
      (each) =>
        each.key === name && verify(null, text, createPublicKey(pem), Buffer.from(each.signature, 'base64')),
    );
    if (good) return name;
  }
  return undefined;
}
