import { MasterKeyError } from './errors.js';
import type { KeyPlace, KeyTable } from './key-table.js';
import { type MasterKey, type MasterKeyOptions, readMasterKey, readOrMakeMasterKey } from './master-key.js';

/** The master key, once it is known to be the one that the keys are wrapped with. */
export class MasterKeyCheck {
  #key: MasterKey | null = null;

  constructor(
    private readonly place: KeyPlace,
    private readonly options: MasterKeyOptions,
  ) {}

  /**
   * Reads the master key where there must be one. Where machines share the keys, the first one that starts settles which
   * master key it is.
   */
  async atStart(table: KeyTable): Promise<void> {
    const fingerprint = await table.masterFingerprint();
    if (fingerprint === null && !this.options.given && !this.place.isShared) return;
    const key = await this.key(table);
    if (fingerprint !== null || !this.place.isShared) return;
    if ((await table.add(new Map(), key.fingerprint)) === null) throw await this.isAnother(table, key);
  }

  /** The master key; made when there is none and nothing is wrapped yet, unless machines share the keys. */
  async key(table: KeyTable): Promise<MasterKey> {
    if (this.#key) return this.#key;
    const fingerprint = await table.masterFingerprint();
    const mayBeMade = fingerprint === null && !this.place.isShared;
    const key = mayBeMade ? readOrMakeMasterKey(this.options) : readMasterKey(this.options);
    if (key === null) throw this.#isMissing(fingerprint);
    if (fingerprint !== null && fingerprint !== key.fingerprint) throw await this.isAnother(table, key);
    return (this.#key = key);
  }

  async isAnother(table: KeyTable, key: MasterKey): Promise<MasterKeyError> {
    this.#key = null;
    const from = this.options.given ? 'PERENNIAL_MASTER_KEY' : this.options.path;
    const sentence = `${from} is not the master key that the keys in ${this.place.name} are wrapped with`;
    if (!this.place.isShared) return new MasterKeyError(sentence);
    return new MasterKeyError(
      `${sentence}. All machines need the same one, that of the machine which was started first: its fingerprint is ` +
        `${await table.masterFingerprint()}, the one here has ${key.fingerprint}`,
    );
  }

  #isMissing(fingerprint: string | null): MasterKeyError {
    const { path } = this.options;
    if (!this.place.isShared) {
      return new MasterKeyError(
        `The master key ${path} is missing: without it no personal data can be read. Put it back, or give it as ` +
          'PERENNIAL_MASTER_KEY',
      );
    }
    const which =
      fingerprint === null
        ? 'make one, as with "openssl rand -base64 32", and give it to all of them'
        : `give this one what the others have, with the fingerprint ${fingerprint},`;
    return new MasterKeyError(
      `The master key is missing. Machines share the keys in ${this.place.name}, so all of them need the same one: ` +
        `${which} as PERENNIAL_MASTER_KEY or in the file ${path}`,
    );
  }
}
