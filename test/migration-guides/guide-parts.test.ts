import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { listGuides } from 'backstage-forklift/guides';
import { readmeCases } from './readme-cases';

/** Makes new packages, and changes nothing that is there. */
const OTHERS = new Set(['new']);

describe('the guide of each step', () => {
  it('says why, shows before and after, what to check, how to undo it and when it is done', async () => {
    const steps = (await listGuides()).map(({ step }) => step).filter(each => !OTHERS.has(each));
    for (const step of steps) {
      const text = readFileSync(join('migration-guides', step, 'README.md'), 'utf8');
      for (const part of ['\n## Why\n', '**Check**: ', '**Undo**: ', '**Exit**: ']) {
        expect(text.split(part), `${part.trim()} in ${step}`).to.have.length(2);
      }
      expect(readmeCases(step), step).not.to.be.empty;
    }
  });
});
