import type Database from 'better-sqlite3';
import type { AnswerStore, Attempt, StoredAnswer } from '../port.js';

interface Row {
  fingerprint: string;
  started_at: number;
  status: number | null;
  body: string | null;
  content_type: string | null;
}

export class AnswerTable implements AnswerStore {
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
      'UPDATE answers SET status = ?, body = ?, content_type = ? WHERE api_key_id = ? AND idempotency_key = ?',
    );
    this.remove = db.prepare('DELETE FROM answers WHERE api_key_id = ? AND idempotency_key = ?');
  }

  begin(attempt: Attempt): Promise<Attempt & { answer: StoredAnswer | null }> {
    const { apiKeyId, idempotencyKey, fingerprint, startedAt } = attempt;
    const fresh = this.insert.run(apiKeyId, idempotencyKey, fingerprint, startedAt).changes === 1;
    if (fresh) return Promise.resolve({ ...attempt, answer: null });
    const row = this.find.get(apiKeyId, idempotencyKey)!;
    const known = { apiKeyId, idempotencyKey, fingerprint: row.fingerprint, startedAt: row.started_at };
    return Promise.resolve({ ...known, answer: answerOf(row) });
  }

  complete({ apiKeyId, idempotencyKey }: Attempt, { status, body, contentType }: StoredAnswer): Promise<void> {
    this.update.run(status, body, contentType, apiKeyId, idempotencyKey);
    return Promise.resolve();
  }

  withdraw({ apiKeyId, idempotencyKey }: Attempt): Promise<void> {
    this.remove.run(apiKeyId, idempotencyKey);
    return Promise.resolve();
  }

  forgetBefore(t: number): Promise<void> {
    this.db.prepare('DELETE FROM answers WHERE started_at < ?').run(t);
    return Promise.resolve();
  }
}

function answerOf({ status, body, content_type }: Row): StoredAnswer | null {
  return status === null ? null : { status, body: body!, contentType: content_type! };
}
