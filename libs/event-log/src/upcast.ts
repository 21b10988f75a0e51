import type { EventLog, LogRecord } from './port.js';

/** Turns `data` of one schema version of a type into that of the next. Pure; must not change what it is given. */
export interface Upcaster {
  type: string;
  /** Schema version that it takes; it gives `from + 1`. */
  from: number;
  upcast(data: unknown, record: LogRecord): unknown;
}

/** A record has a schema version that this program does not know: a newer one wrote it. */
export class UnknownSchemaVersionError extends Error {
  override readonly name = 'UnknownSchemaVersionError';

  constructor(
    readonly record: LogRecord,
    readonly known: number,
  ) {
    super(
      `Record ${record.id} (${record.type}) at position ${record.position} has schema version ${record.schemaVersion}; ` +
        `this program knows versions up to ${known}. Read it with the program that wrote it or a newer one.`,
    );
  }
}

/**
 * Makes the function that brings a record of any older schema version to today's (SPEC §1: older versions are upcast on
 * read and never rewritten). Today's version of a type is 1, or one more than its last upcaster takes.
 * @throws Error when two upcasters take the same version, or one is missing between two.
 * @returns function that throws UnknownSchemaVersionError for a record of a newer version.
 */
export function createUpcast(upcasters: readonly Upcaster[]): (record: LogRecord) => LogRecord {
  const chains = new Map<string, Upcaster[]>();
  for (const step of upcasters.toSorted((a, b) => a.from - b.from)) {
    const chain = chains.get(step.type) ?? [];
    if (step.from !== chain.length + 1) {
      throw new Error(
        step.from <= chain.length && step.from >= 1
          ? `Two upcasters take ${step.type} version ${step.from}`
          : `No upcaster takes ${step.type} version ${chain.length + 1}, yet one takes version ${step.from}`,
      );
    }
    chains.set(step.type, [...chain, step]);
  }
  return (record) => {
    const chain = chains.get(record.type) ?? [];
    const current = chain.length + 1;
    if (record.schemaVersion > current) throw new UnknownSchemaVersionError(record, current);
    return chain
      .slice(record.schemaVersion - 1)
      .reduce(
        (older, step) => ({ ...older, schemaVersion: step.from + 1, data: step.upcast(older.data, older) }),
        record,
      );
  };
}

/** The same log, its records upcast wherever they are read; what is stored and how it is appended stay as they are. */
export function withUpcasting(log: EventLog, upcast: (record: LogRecord) => LogRecord): EventLog {
  return {
    enforcesKeys: log.enforcesKeys,
    append: (stream, records, expected) => log.append(stream, records, expected),
    appendFacts: (records) => log.appendFacts(records),
    readStream: async (stream, options) => (await log.readStream(stream, options)).map(upcast),
    streamRevision: (stream) => log.streamRevision(stream),
    readAll: async (options) => (await log.readAll(options)).map(upcast),
    head: () => log.head(),
    hasCustomerFacts: () => log.hasCustomerFacts(),
    recordAt: async (position) => {
      const record = await log.recordAt(position);
      return record && upcast(record);
    },
    findById: async (id, stream) => {
      const record = await log.findById(id, stream);
      return record && upcast(record);
    },
    subscribe: (after, handler) => log.subscribe(after, (batch) => handler(batch.map(upcast))),
    close: () => log.close(),
  };
}
