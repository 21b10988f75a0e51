// Runs the benchmarks one after the other: `npm run bench`, or `npm run bench -- event-log http` for some of them.
// Each measures its work beside the bare library in the same run and prints both with their ratio.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import os from 'node:os';

const wanted = process.argv.slice(2);
const folder = new URL('.', import.meta.url);
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.bench.mjs'))
  .filter((file) => wanted.length === 0 || wanted.some((name) => file.startsWith(name)))
  .sort();

const cpu = os.cpus()[0]?.model.trim() ?? 'unknown processor';
console.log(`${os.cpus().length} × ${cpu}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.version}\n`);
let failed = 0;
for (const file of files) {
  console.log(`── ${file.replace('.bench.mjs', '')}`);
  const { status } = spawnSync(process.execPath, [new URL(file, folder).pathname], { stdio: 'inherit' });
  if (status !== 0) failed++;
  console.log();
}
process.exitCode = failed > 0 ? 1 : 0;
