import { embeddedStores, readStoreSettings } from './store-settings.js';

const ES = { EVENT_LOG: 'eventstoredb', EVENTSTORE_URL: 'esdb://log:2113?tls=false' };
const PG = { READ_STORE: 'postgres', DATABASE_URL: 'postgres://db/perennial' };

describe('where the stores are', () => {
  it('is one directory when nothing is said', () => {
    expect(readStoreSettings({}, '/x')).toEqual(embeddedStores('/x'));
    expect(readStoreSettings({ PERENNIAL_DATA: '/y' })).toEqual(embeddedStores('/y'));
    // What names a server alone does not choose it.
    expect(readStoreSettings({ DATABASE_URL: 'postgres://db/x', EVENTSTORE_URL: 'esdb://x' }, '/x')).toEqual(
      embeddedStores('/x'),
    );
  });

  it('is a server for the log, for the read store, or for both', () => {
    expect(readStoreSettings({ ...ES, ...PG, PERENNIAL_MASTER_KEY: 'k' }, '/x')).toEqual({
      dataDir: '/x',
      eventLog: { kind: 'eventstoredb', url: 'esdb://log:2113?tls=false', namespace: '' },
      readStore: {
        kind: 'postgres',
        url: 'postgres://db/perennial',
        schema: 'perennial',
        partitions: 8,
        keysUrl: 'postgres://db/perennial',
      },
      masterKey: 'k',
    });
    const apart = { ...PG, KEYS_DATABASE_URL: 'postgres://safe/keys', PARTITIONS: '3', DATABASE_SCHEMA: 'shop_1' };
    expect(readStoreSettings(apart, '/x').readStore).toMatchObject({
      schema: 'shop_1',
      partitions: 3,
      keysUrl: 'postgres://safe/keys',
    });
  });

  it.each([
    [{ EVENT_LOG: 'kafka' }, 'EVENT_LOG must be sqlite or eventstoredb, not "kafka"'],
    [{ EVENT_LOG: 'eventstoredb' }, 'EVENTSTORE_URL must say where it is'],
    [{ READ_STORE: 'mysql' }, 'READ_STORE must be sqlite or postgres, not "mysql"'],
    [{ READ_STORE: 'postgres' }, 'DATABASE_URL must say where it is'],
    [{ ...PG, PARTITIONS: '0' }, 'PARTITIONS must be a whole number from 1 to 256, not "0"'],
    [{ ...PG, PARTITIONS: 'many' }, 'PARTITIONS must be'],
    [{ ...PG, DATABASE_SCHEMA: 'A"; DROP' }, 'DATABASE_SCHEMA must be small letters'],
  ])('is told apart from a mistake: %j', (env, sentence) => {
    expect(() => readStoreSettings(env, '/x')).toThrow(sentence);
  });
});
