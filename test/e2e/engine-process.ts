import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { storesEnv } from './stores-under-test.js';

const MAIN = resolve('apps/engine/dist/main.js');
const START_TIMEOUT_MS = 30_000;

export interface Answer {
  status: number;
  headers: Headers;
  /** Whatever came: parsed JSON, or the text when it is none. */
  body: Body;
}

/** What routes answer with, all of it in one: a test knows what it asked for. */
export interface Body {
  type: string;
  status: string;
  errors: { path: string; message: string }[];
  results: { id: string; status: string }[];
  items: Body[];
  nextCursor: string;
  customerId: string;
  points: { available: number };
  purchases: { count: number; value: number };
  tier: object;
  factId: string;
  reservationId: string;
  at: string;
  cause: { timer?: string; fact?: { id: string; data: object } };
  changes: { type: string }[];
  version: number;
  program: { name: string; tiers: object[]; points: object; reactivation: object };
  id: string;
  key: string;
  projection: { caughtUp: boolean; lastError: string | null };
  mirror: { position: number; running: boolean; lastError: string | null } | null;
  parked: { members: { customerId: string }[] };
  paths: object;
  priority: number;
  reasons: { code: string; points: number }[];
  send: string[];
  channels: string[];
  state: string;
  assignee: string | null;
  dueAt: string;
  warnings: { code: string; message: string }[];
  cursor: string;
  subject: string;
  after: unknown;
  profile: object;
}

/** The built engine as a process of its own, on a directory that outlives it. */
export class EngineProcess {
  private child: ChildProcess | null = null;
  /** Everything it said on stdout and stderr since the last start. */
  said = '';
  url = '';
  adminKey = '';

  private constructor(
    readonly dataDir: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async start(env: NodeJS.ProcessEnv = {}): Promise<EngineProcess> {
    const engine = new EngineProcess(mkdtempSync(join(tmpdir(), 'perennial-e2e-')), env);
    try {
      await engine.restart();
      return engine;
    } catch (error) {
      await engine.dispose();
      throw error;
    }
  }

  /** Starts it (again) on the same directory; one that a failed test left running ends first. */
  async restart(): Promise<void> {
    if (this.running) await this.kill();
    this.said = '';
    const env = { ...process.env, PORT: '0', PERENNIAL_CLOCK_SECONDS: '1', ...storesEnv(this.dataDir), ...this.env };
    const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    child.stderr.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
    this.url = await new Promise<string>((listening, failed) => {
      const timeout = setTimeout(() => failed(new Error(`The engine does not start: ${this.said}`)), START_TIMEOUT_MS);
      // `close` comes when everything it said has come.
      child.once('close', (code) => {
        clearTimeout(timeout);
        failed(new Error(`The engine ended with ${code}: ${this.said}`));
      });
      child.stdout.on('data', (chunk: Buffer) => {
        this.said += chunk.toString();
        const found = /listens on (http:\S+)/.exec(this.said);
        if (!found) return;
        clearTimeout(timeout);
        listening(found[1]);
      });
    });
    this.adminKey = /pk_[\w-]{43}/.exec(this.said)?.[0] ?? this.adminKey;
  }

  /** Asks it to end. @returns its exit code. */
  async stop(): Promise<number | null> {
    const child = this.child!;
    child.kill('SIGTERM');
    return ended(child);
  }

  /** Ends it in the middle of whatever it does. */
  async kill(): Promise<void> {
    this.child!.kill('SIGKILL');
    await ended(this.child!);
  }

  private get running(): boolean {
    return this.child?.exitCode === null && this.child.signalCode === null;
  }

  async dispose(): Promise<void> {
    if (this.running) await this.kill();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request('GET', path, undefined, headers);
  }

  /** `body` is sent as it is when it is text or bytes, else as JSON. */
  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request('POST', path, body, headers);
  }

  async request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const raw = typeof body === 'string' || body instanceof Uint8Array || body === undefined;
    const response = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.adminKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text) };
  }
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

function parsed(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return text as unknown as Body;
  }
}

/** Asks until the answer is as wanted. @throws what it was at last, when it never is. */
export async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`Still ${JSON.stringify(answer)}`);
    await new Promise((resume) => setTimeout(resume, 20));
  }
}
