import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FitStore } from './fit-store.js';
import type { KeptFit } from './kept-fit.js';

const FILE = /^fit-(\d+)\.json$/;

/** Fits of one machine, one file each in the folder `churn` beside log and read store: `fit-1.json`, `fit-2.json`, … */
export class FileFitStore extends FitStore {
  private readonly dir: string;
  private newest: KeptFit | null = null;

  constructor(dataDir: string) {
    super();
    this.dir = join(dataDir, 'churn');
  }

  async last(): Promise<KeptFit | null> {
    const version = (await this.versions()).at(-1);
    return version === undefined ? null : this.read(version);
  }

  async find(version: number): Promise<KeptFit | null> {
    return (await this.versions()).includes(version) ? this.read(version) : null;
  }

  async add(fit: Omit<KeptFit, 'version'>): Promise<KeptFit> {
    await mkdir(this.dir, { recursive: true });
    const draft = join(this.dir, `.${randomUUID()}`);
    try {
      for (;;) {
        const kept: KeptFit = { ...fit, version: ((await this.versions()).at(-1) ?? 0) + 1 };
        await writeFile(draft, `${JSON.stringify(kept, null, 2)}\n`, { flush: true });
        if (await this.claim(draft, kept.version)) return kept;
      }
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** A link, unlike a rename, does not replace what another process put there meanwhile. */
  private async claim(draft: string, version: number): Promise<boolean> {
    try {
      await link(draft, this.path(version));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  private async versions(): Promise<number[]> {
    try {
      const names = await readdir(this.dir);
      return names
        .map((name) => Number(FILE.exec(name)?.[1]))
        .filter((version) => version > 0)
        .sort((a, b) => a - b);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  private async read(version: number): Promise<KeptFit> {
    if (this.newest?.version === version) return this.newest;
    const path = this.path(version);
    const text = await readFile(path, 'utf8');
    try {
      this.newest = JSON.parse(text) as KeptFit;
    } catch (error) {
      throw new Error(`${path} is no fit: remove it and fit again`, { cause: error });
    }
    return this.newest;
  }

  private path(version: number): string {
    return join(this.dir, `fit-${version}.json`);
  }
}
