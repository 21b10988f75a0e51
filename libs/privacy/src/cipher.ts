import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';

/** AES-256-GCM. What is encrypted is `iv | cipher text | tag`. */
const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** What encrypting adds to a text, bytes. */
export const CIPHER_OVERHEAD = IV_BYTES + TAG_BYTES;

/** @param context associated data: what is encrypted can only be decrypted with the same. */
export function encrypt(key: Uint8Array, context: string, plain: Uint8Array | string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context));
  const text = typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain);
  // GCM has no last block of its own: final() only makes the tag.
  cipher.final();
  return Buffer.concat([iv, text, cipher.getAuthTag()]);
}

/** @returns null when the key or the context is another one, or a bit was changed. */
export function decrypt(key: Uint8Array, context: string, encrypted: Uint8Array): Buffer | null {
  if (encrypted.length < CIPHER_OVERHEAD) return null;
  const iv = encrypted.subarray(0, IV_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(encrypted.subarray(encrypted.length - TAG_BYTES));
  const plain = decipher.update(encrypted.subarray(IV_BYTES, encrypted.length - TAG_BYTES));
  try {
    decipher.final();
    return plain;
  } catch {
    return null;
  }
}

/** Random bytes are asked for in bulk: one call costs as much as a cipher. */
const POOL = Buffer.alloc(8_192);
let taken = POOL.length;

export function randomBytes(size: number): Buffer {
  if (taken + size > POOL.length) {
    randomFillSync(POOL);
    taken = 0;
  }
  const bytes = Buffer.from(POOL.subarray(taken, taken + size));
  // Keys are made of these: they stay nowhere but where they went.
  POOL.fill(0, taken, taken + size);
  taken += size;
  return bytes;
}
