import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { storesEnv } from './stores-under-test.js';

const BIN = fileURLToPath(new URL('../../apps/cli/bin/perennial.js', import.meta.url));

/** What a command of the built CLI did. */
export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** Runs the built CLI as a process of its own on the store in `dataDir`, or where `env` says. */
export function perennial(dataDir: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const child = spawn(process.execPath, [BIN, ...args], { env: { ...process.env, ...storesEnv(dataDir), ...env } });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

/** Runs it and closes its output after the first piece, as `| head -1` does. */
export function perennialIntoHead(dataDir: string, args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [BIN, ...args], { env: { ...process.env, ...storesEnv(dataDir) } });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').once('data', (text: string) => {
    out = text;
    child.stdout.destroy();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

/** The figures that a command printed, by name: `already there  2` is `{ 'already there': 2 }`. */
export function figuresOf(out: string): Record<string, number> {
  const found = [...out.matchAll(/^ *(\S.*?) {2,}(-?[\d,]+)$/gm)];
  return Object.fromEntries(found.map(([, name, figure]) => [name, Number(figure.replaceAll(',', ''))]));
}
