export {
  FactIntake,
  type FactResult,
  type IntakeOptions,
  type IntakeParts,
  type ProgramSource,
} from './facts/fact-intake.js';
export type { PersonalDataSeal } from './facts/personal-data-seal.js';
export { linkOf } from './facts/link-check.js';
export { readJsonLines } from './sources/json-lines.js';
export type { FactSource, Rejection, SourceItem } from './sources/source-item.js';
export { MapMismatchError, readCsvFacts } from './csv/csv-facts.js';
export type { CsvMap } from './csv/map.js';
export { parseMap, type ParsedMap } from './csv/parse-map.js';
export { importFacts, type ImportOptions, type ImportParts } from './import/import-facts.js';
export { type ImportReport, setAsideTotal } from './import/import-report.js';
