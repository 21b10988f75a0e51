import { type Run, runSeed } from './run-seed.js';

/** More by hand: npm run simulate -- --seeds 5000 --from 1 */
const SEEDS = Number(process.env.SIMULATION_SEEDS ?? 500);
const FROM = Number(process.env.SIMULATION_FROM ?? 1);
const TRACE = process.env.SIMULATION_TRACE === '1';
/** How many seeds are run twice. */
const TWICE = Math.min(10, SEEDS);

describe('several engines on one log and one read store', () => {
  it(
    'lose nothing, double nothing and agree, whatever goes wrong',
    async () => {
      const failed: Run[] = [];
      for (let seed = FROM; seed < FROM + SEEDS && failed.length < 3; seed++) {
        const run = await runSeed(seed, TRACE ? (line) => process.stdout.write(`${line}\n`) : undefined);
        if (run.problems.length > 0) failed.push(run);
      }
      if (failed.length > 0) throw new Error(failed.map(report).join('\n\n'));
    },
    SEEDS * 10_000,
  );

  it('do the same again when a seed is run again', async () => {
    for (let seed = FROM; seed < FROM + TWICE; seed++) {
      const [first, second] = [await runSeed(seed), await runSeed(seed)];
      expect(second).toEqual(first);
    }
  });
});

function report({ seed, problems, tail }: Run): string {
  return [
    `Seed ${seed} failed:`,
    ...problems.map((problem) => `  ${problem}`),
    'The last that happened:',
    ...tail.map((line) => `  ${line}`),
    `Again: npm run simulate -- --seed ${seed} --trace`,
  ].join('\n');
}
