/** The keys could not be read or written now; nothing was sealed. The same call may be made again. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError';

  /** @param cause what the driver said. */
  static from(cause: Error): KeysUnavailableError {
    return new KeysUnavailableError(`The keys of customers cannot be used: ${cause.message}`, { cause });
  }
}

/** The master key is missing, is none, or is another one than the keys were wrapped with: somebody must see to it. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError';
}
