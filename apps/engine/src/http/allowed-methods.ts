import { Injectable } from '@nestjs/common';

/** Which methods a path answers to, so that a wrong one is told from a wrong path. */
@Injectable()
export class AllowedMethods {
  private readonly routes: { path: RegExp; methods: string[] }[] = [];

  /** @param url with `:name` for what varies. */
  add(url: string, methods: string | string[]): void {
    const path = new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[^/]+/g, '[^/]+')}$`);
    this.routes.push({ path, methods: [methods].flat() });
  }

  /** Those of a request's URL; empty when no route has its path. */
  of(url: string): string[] {
    const [path] = url.split('?', 1);
    const found = this.routes.filter((route) => route.path.test(path)).flatMap((route) => route.methods);
    return [...new Set(found)].sort();
  }
}
