import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

/**
 * The simulation by hand: `npm run simulate -- --seeds 5000 --from 1`, or one seed with everything that happens in it:
 * `npm run simulate -- --seed 42 --trace`.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
});
const env = {
  ...process.env,
  SIMULATION_SEEDS: values.seed === undefined ? values.seeds : '1',
  SIMULATION_FROM: values.seed ?? values.from,
  SIMULATION_TRACE: values.trace ? '1' : '0',
};
const args = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const child = spawn(process.execPath, [...args, 'test/simulation/simulation.spec.ts', '--runInBand'], {
  stdio: 'inherit',
  env,
});
child.once('exit', (code) => process.exit(code ?? 1));
