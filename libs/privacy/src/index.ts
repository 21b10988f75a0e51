export { PersonalData, type PersonalDataOptions, type Revealed, type Told } from './personal-data.js';
export { KeysUnavailableError, MasterKeyError } from './errors.js';
