import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDouble } from '../double/eventstoredb-double.js';
import { figuresOf, perennial } from './cli-process.js';
import { fact, order } from './engine-facts.js';

describe('perennial copy-log', () => {
  let dir: string;
  let double: EventStoreDouble;
  let there: string[];
  const store = () => join(dir, 'store');
  const embedded = { EVENT_LOG: 'sqlite', READ_STORE: 'sqlite' };
  const run = (args: readonly string[], { dataDir = store(), ...env }: { dataDir?: string } & NodeJS.ProcessEnv = {}) =>
    perennial(dataDir, args, { ...embedded, ...env });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'copy-log-e2e-'));
    double = await EventStoreDouble.start();
    there = ['copy-log', '--to', 'eventstoredb', '--to-url', double.url, '--to-namespace', 'shop-'];
    const facts = Array.from({ length: 40 }, (_, n) => [
      order(`c-${n % 7}`),
      fact('ProfileUpdated', `c-${n % 7}`, { profile: { email: `a${n}@example.com` } }),
    ]).flat();
    await writeFile(join(dir, 'facts.jsonl'), facts.map((each) => JSON.stringify(each)).join('\n'));
    const imported = await run(['import', join(dir, 'facts.jsonl')]);
    expect(imported).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await double.stop();
    await rm(dir, { recursive: true });
  });

  /** What a log says, in the clear, and that the read store made of it is right. */
  const told = async (env: NodeJS.ProcessEnv = {}) => {
    expect(await run(['rebuild'], env)).toMatchObject({ code: 0 });
    expect(await run(['verify'], env)).toMatchObject({ code: 0 });
    return (await run(['export'], env)).out;
  };

  it('takes the log to a server and back, and is safe to run again', async () => {
    const before = await told();
    const copied = await run(there);
    expect(copied).toMatchObject({ code: 0, err: expect.stringContaining('The copy is like the log') as string });
    // The facts, the program, and the tick of the import.
    expect(figuresOf(copied.out)).toMatchObject({ 'already there': 0, copied: 82, compared: 82, different: 0 });
    const again = await run(there);
    expect(figuresOf(again.out)).toMatchObject({ 'already there': 82, copied: 0, compared: 82, different: 0 });

    const env = { EVENT_LOG: 'eventstoredb', EVENTSTORE_URL: double.url, EVENTSTORE_NAMESPACE: 'shop-' };
    expect(await told(env)).toBe(before);
    const back = await run(['copy-log', '--to', 'sqlite', '--to-data', join(dir, 'back')], env);
    expect(back).toMatchObject({ code: 0 });
    expect(figuresOf(back.out)).toMatchObject({ copied: 82, different: 0 });
  });

  it('does not write to a log that holds something else', async () => {
    const other = join(dir, 'other');
    await writeFile(join(dir, 'other.jsonl'), JSON.stringify(order('c-1')));
    await run(['import', join(dir, 'other.jsonl')], { dataDir: other });
    const refused = await run(there, { dataDir: other });
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch('holds other records');
    const server = await run(['copy-log', '--to', 'sqlite', '--to-data', other]);
    expect(server).toMatchObject({ code: 1 });
  });

  it('says what it needs', async () => {
    const tries: [string[], string][] = [
      [['copy-log'], '--to'],
      [['copy-log', '--to', 'eventstoredb'], '--to-url'],
      [['copy-log', '--to', 'sqlite'], '--to-data'],
      [['copy-log', '--to', 'sqlite', '--to-data', store()], 'that is the log to copy from'],
      [[...there, '--to-data', dir], '--to-data goes with'],
      [['copy-log', '--to', 'sqlite', '--to-url', 'esdb://x'], 'go with --to eventstoredb'],
    ];
    for (const [args, message] of tries) {
      const ran = await run(args);
      expect(ran).toMatchObject({ code: 2, err: expect.stringContaining(message) as string });
    }
  });
});
