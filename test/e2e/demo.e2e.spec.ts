import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figuresOf, perennial } from './cli-process.js';
import { order } from './engine-facts.js';
import { EngineProcess } from './engine-process.js';

const UNTIL = ['--until', '2025-06-01T00:00:00Z'];

describe('the demo', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'perennial-demo-'));
  afterAll(() => rmSync(dataDir, { recursive: true }));

  it('fills an empty store with a simulated shop, whose points add up', async () => {
    const { code, out, err } = await perennial(dataDir, ['demo', ...UNTIL]);
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('simulated-shop') as string });
    const { simulated, added } = figuresOf(out);
    expect(added).toBe(simulated);
    expect((await perennial(dataDir, ['verify'])).code).toBe(0);
    const { out: members } = await perennial(dataDir, ['members', '--as-of', UNTIL[1], '--format', 'jsonl']);
    const ids = members.split('\n').filter((line) => /"customerId":"sim-\d{4}"/.test(line));
    expect(ids).toHaveLength(2_000);
  }, 300_000);

  it('changes nothing when it is run again, and goes into no store that holds something else', async () => {
    const { out } = await perennial(dataDir, ['demo', ...UNTIL]);
    expect(figuresOf(out)).toMatchObject({ added: 0 });
    const { code, err } = await perennial(dataDir, ['demo', '--until', '2025-07-01T00:00:00Z']);
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('already holds facts') as string });
  }, 300_000);

  it('is offered by an engine that starts on an empty store, and only by such a one', async () => {
    const engine = await EngineProcess.start();
    expect(engine.said).toContain('npm run demo');
    await engine.post('/v1/facts', order('c-1'));
    await engine.stop();
    await engine.restart();
    expect(engine.said).not.toContain('npm run demo');
    await engine.dispose();
  });
});
