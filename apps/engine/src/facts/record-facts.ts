import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { FactResult } from '@perennial/ingest';
import { FactBatches } from './fact-batches.js';

/** Facts as they were sent, whatever JSON they are. */
export class RecordFacts extends Command<FactResult[]> {
  constructor(readonly facts: unknown[]) {
    super();
  }
}

@CommandHandler(RecordFacts)
export class RecordFactsHandler implements ICommandHandler<RecordFacts> {
  constructor(private readonly batches: FactBatches) {}

  execute({ facts }: RecordFacts): Promise<FactResult[]> {
    return this.batches.take(facts);
  }
}
