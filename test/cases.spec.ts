import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCases, readCase } from '../apps/cli/src/cases/case-files.js';
import { playCase } from '../apps/cli/src/cases/play-case.js';

const CASES = await findCases(fileURLToPath(new URL('./cases', import.meta.url)));

describe('worked cases', () => {
  it.each(CASES.map((dir) => [basename(dir), dir]))(
    '%s gives the members and metrics expected, however its facts came and its read store was made',
    async (_name, dir) => {
      const worked = await readCase(dir);

      const readings = await playCase(worked, { without: new Set(), thorough: true });

      expect(readings.map(({ way }) => way)).toEqual([
        'imported',
        'read one by one',
        'rebuilt',
        'read store deleted',
        'shuffled',
      ]);
      for (const { way, members, equal, metricsEqual, samples, problems } of readings) {
        const expected = { way, equal: members, metricsEqual: true, samples: [], problems: [] };
        expect({ way, equal, metricsEqual, samples, problems }).toEqual(expected);
      }
    },
  );
});
