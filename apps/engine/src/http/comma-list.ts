import { Transform } from 'class-transformer';

/** A query parameter with several values: `a,b`, or given several times. */
export function CommaList(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    value === undefined ? undefined : [value].flat().flatMap(parts),
  );
}

function parts(value: unknown): unknown[] {
  return typeof value === 'string' ? value.split(',') : [value];
}
