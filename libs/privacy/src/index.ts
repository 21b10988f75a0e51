export { PersonalData, type PersonalDataOptions, type Revealed, type Told } from './personal-data.js';
export { KeysUnavailableError, MasterKeyError } from './errors.js';
export type { KeyPlace } from './key-table.js';
export { keysInFile } from './sqlite/keys-in-file.js';
export { keysInPostgres, type KeysInPostgresOptions } from './postgres/keys-in-postgres.js';
