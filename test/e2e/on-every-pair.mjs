/**
 * The end-to-end suite on every pair of stores, one after the other: `npm run test:stores`, after a build. What follows goes
 * to Jest, as in `npm run test:stores -- engine.e2e`. With EVENTSTORE_URL the log is on that server instead of the double.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PAIRS = ['sqlite+sqlite', 'sqlite+postgres', 'eventstoredb+sqlite', 'eventstoredb+postgres'];
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const JEST = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

const failed = PAIRS.filter((pair) => {
  console.log(`\n${pair}`);
  const patterns = process.argv.slice(2);
  const { status } = spawnSync(process.execPath, [...JEST, ...(patterns.length > 0 ? patterns : ['test/e2e'])], {
    cwd: ROOT,
    env: { ...process.env, TEST_STORES: pair },
    stdio: 'inherit',
  });
  return status !== 0;
});
console.log(failed.length === 0 ? `\nPassed on ${PAIRS.join(', ')}` : `\nFailed on ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
