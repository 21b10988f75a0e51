import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ProgramVersion } from '@perennial/membership';
import { ProgramCatalogue } from '@perennial/projection';
import type { CommandIdentity } from '../idempotency/command-identity.js';
import { Problem } from '../problems/problem.js';

/** Publishes a document as the next version of the program (SPEC §4). */
export class PublishProgram extends Command<ProgramVersion> {
  constructor(
    readonly document: unknown,
    /** UTC ms; null = from the beginning of time; undefined = null for the first version, now for later ones. */
    readonly effectiveFrom: number | null | undefined,
    readonly identity: CommandIdentity,
  ) {
    super();
  }
}

@CommandHandler(PublishProgram)
export class PublishProgramHandler implements ICommandHandler<PublishProgram> {
  constructor(private readonly catalogue: ProgramCatalogue) {}

  async execute({ document, effectiveFrom, identity }: PublishProgram): Promise<ProgramVersion> {
    // "Now" is that of the first try: a second one finds the version that the first one published.
    const { startedAt: now, source } = identity;
    const result = await this.catalogue.publish(document, { effectiveFrom, now, source });
    if (result.ok) return result.version;
    const errors = result.errors.map(({ path, message }) => ({ path: path.replace(/^\$/, 'program'), message }));
    throw new Problem('invalid-program', `${errors[0].path} ${errors[0].message}`, { errors });
  }
}
