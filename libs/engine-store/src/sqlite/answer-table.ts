import type Database from 'better-sqlite3';
import type { AnswerStore, Attempt, Beginning, StoredAnswer } from '../port.js';
import { placeOf } from '../place-of.js';

interface Row {
  fingerprint: string;
  started_at: number;
  status: number | null;
  body: string | null;
  content_type: string | null;
}

/** Answers of one process, the only one that has the file: what it does not know to be in flight was cut off. */
export class AnswerTable implements AnswerStore {
  private readonly inFlight = new Set<string>();
  private readonly find: Database.Statement<[string, string], Row>;
  private readonly insert: Database.Statement<[string, string, string, number]>;
  private readonly update: Database.Statement<[number, string, string, string, string]>;
  private readonly remove: Database.Statement<[string, string]>;

  constructor(private readonly db: Database.Database) {
    this.find = db.prepare(
      'SELECT fingerprint, started_at, status, body, content_type FROM answers WHERE api_key_id = ? AND idempotency_key = ?',
    );
    this.insert = db.prepare(
      'INSERT INTO answers (api_key_id, idempotency_key, fingerprint, started_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
    );
    this.update = db.prepare(
      `UPDATE answers SET status = ?, body = ?, content_type = ?
       WHERE api_key_id = ? AND idempotency_key = ? AND status IS NULL`,
    );
    this.remove = db.prepare('DELETE FROM answers WHERE api_key_id = ? AND idempotency_key = ? AND status IS NULL');
  }

  begin(attempt: Attempt): Promise<Beginning> {
    const beginning = this.beginNow(attempt);
    if (beginning.status === 'begun') this.inFlight.add(placeOf(attempt));
    return Promise.resolve(beginning);
  }

  complete(attempt: Attempt, { status, body, contentType }: StoredAnswer): Promise<void> {
    this.inFlight.delete(placeOf(attempt));
    this.update.run(status, body, contentType, attempt.apiKeyId, attempt.idempotencyKey);
    return Promise.resolve();
  }

  withdraw(attempt: Attempt): Promise<void> {
    this.inFlight.delete(placeOf(attempt));
    this.remove.run(attempt.apiKeyId, attempt.idempotencyKey);
    return Promise.resolve();
  }

  forgetBefore(t: number): Promise<void> {
    this.db.prepare('DELETE FROM answers WHERE started_at < ?').run(t);
    return Promise.resolve();
  }

  private beginNow(attempt: Attempt): Beginning {
    const { apiKeyId, idempotencyKey, fingerprint, startedAt } = attempt;
    if (this.inFlight.has(placeOf(attempt))) return { status: 'in-flight' };
    const isFirst = this.insert.run(apiKeyId, idempotencyKey, fingerprint, startedAt).changes === 1;
    if (isFirst) return { status: 'begun', firstTryAt: startedAt };
    const known = this.find.get(apiKeyId, idempotencyKey)!;
    if (known.fingerprint !== fingerprint) return { status: 'other-request' };
    if (known.status === null) return { status: 'begun', firstTryAt: known.started_at };
    return {
      status: 'answered',
      answer: { status: known.status, body: known.body!, contentType: known.content_type! },
    };
  }
}
