import { createHmac, hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.js';
import { decrypt, encrypt, randomBytes } from './cipher.js';

/** Bytes of the secret that all keys of a customer come from. */
export const SECRET_BYTES = 32;

const PURPOSE = Buffer.from('perennial personal data: cipher, content\n');

export function newSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** What stands in the log in place of some value. */
export interface Sealed {
  /** Base64 of `iv | cipher text | tag`. */
  sealed: string;
  /** HMAC-SHA256 of the value, base64: equal for equal values of one customer, and of no use without their key. */
  mac: string;
}

/** Seals and opens what is personal of one customer. */
export class CustomerKey {
  readonly #cipherKey: Buffer;
  readonly #macKey: Buffer;
  #isForgotten = false;

  constructor(secret: Uint8Array) {
    // A key for each purpose: two halves of one hash of a secret that is random and never seen.
    const keys = hash('sha512', Buffer.concat([PURPOSE, secret]), 'buffer');
    this.#cipherKey = keys.subarray(0, 32);
    this.#macKey = keys.subarray(32);
  }

  /** @param recordId associated data: a sealed value moved to another record cannot be opened there. */
  seal(recordId: string, value: unknown): Sealed {
    // Overwritten it is a key that everybody knows.
    if (this.#isForgotten) throw new Error('This key of a customer is gone');
    return {
      sealed: encrypt(this.#cipherKey, recordId, JSON.stringify(value)).toString('base64'),
      mac: createHmac('sha256', this.#macKey).update(canonicalJson(value)).digest('base64'),
    };
  }

  /** @returns null when it was sealed with another key or for another record, or was changed. */
  open(recordId: string, sealed: string): { value: unknown } | null {
    if (this.#isForgotten) return null;
    const plain = decrypt(this.#cipherKey, recordId, Buffer.from(sealed, 'base64'));
    return plain && { value: JSON.parse(plain.toString('utf8')) };
  }

  /** Overwrites the key in memory; it seals and opens nothing any more. */
  forget(): void {
    this.#isForgotten = true;
    this.#cipherKey.fill(0);
    this.#macKey.fill(0);
  }
}
