/**
 * A text that only the holder of one key can read: ECDH on P-256 with a key made for this one text, HKDF-SHA256, AES-256-GCM. What it is for
 * is bound in: a text that was sealed for another purpose does not open.
 *
 * As bytes: the public key made for it (SPKI, DER, its length in two bytes before it), 12 bytes of nonce, 16 of tag, the rest.
 */
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param to a public key on P-256, or what holds one: a certificate, PEM. @returns base64 */
export function seal(to: KeyObject | string, purpose: string, text: string): string {
  const theirs = typeof to === 'string' ? createPublicKey(to) : to;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const made = publicKey.export({ type: 'spki', format: 'der' });
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(privateKey, theirs, made, purpose), nonce);
  const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(made.length);
  return Buffer.concat([length, made, nonce, cipher.getAuthTag(), hidden]).toString('base64');
}

/** Undefined for what was not sealed to this key for this purpose, or has been changed since. */
export function unseal(key: KeyObject | string, purpose: string, sealed: string): string | undefined {
  try {
    const bytes = Buffer.from(sealed, 'base64');
    const end = 2 + bytes.readUInt16BE(0);
    const made = bytes.subarray(2, end);
    const theirs = createPublicKey({ key: made, format: 'der', type: 'spki' });
    const own = typeof key === 'string' ? createPrivateKey(key) : key;
    const secret = keyOf(own, theirs, made, purpose);
    const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(end, end + NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(end + NONCE_BYTES, end + NONCE_BYTES + TAG_BYTES));
    const shown = decipher.update(bytes.subarray(end + NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([shown, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

function keyOf(own: KeyObject, theirs: KeyObject, made: Buffer, purpose: string): Buffer {
  const shared = diffieHellman({ privateKey: own, publicKey: theirs });
  return Buffer.from(hkdfSync('sha256', shared, made, `branchline sealed ${purpose}`, 32));
}
