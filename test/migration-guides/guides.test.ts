import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { listGuides, readGuide } from 'backstage-forklift/guides';

describe('the guides', () => {
  it('are listed with a title and a summary', async () => {
    const guides = await listGuides();
    expect(guides.map(each => each.step)).to.deep.equal([
      'lift',
      'replace-stock',
      'convert-plugin-file',
      'convert-plugin-package',
      'auth-services',
      'backend-common-imports',
      'backend-tasks',
      'winston-to-logger-service',
      'alpha-to-stable',
      'config',
      'tests',
      'graduate',
      'new',
    ]);
    for (const { title, summary } of guides) {
      expect(title).to.match(/^[A-Z]/);
      expect(summary).to.match(/\.$/);
    }
  });

  it('can be read as a whole or by section', async () => {
    expect(await readGuide('lift')).to.match(/^# Lift/);
    const section = await readGuide('lift#environment-ids');
    expect(section).to.match(/^## Environment ids/);
    expect(section).not.to.contain('## Nested paths');
  });

  it('name what there is when something else is asked for', async () => {
    const guide = await readGuide('jump').catch(each => each);
    const steps = (await listGuides()).map(each => each.step).join(', ');
    expect(guide.message).to.equal(`There is no guide 'jump'. The guides are ${steps}`);
    const section = await readGuide('lift#nowhere').catch(each => each);
    expect(section.message).to.match(
      /^The guide 'lift' has no section 'nowhere'. It has why, mounts, /,
    );
  });

  it('of steps for whole repositories have the sections that their reports name', async () => {
    const all = ['what-changes', 'dependencies'];
    const anchors: Record<string, string[]> = {
      'auth-services': ['what-changes'],
      'backend-common-imports': [...all, 'other-uses', 'versions'],
      'backend-tasks': [...all, 'other-uses', 'versions'],
      'winston-to-logger-service': all,
      'alpha-to-stable': all,
      tests: all,
    };
    for (const [step, sections] of Object.entries(anchors)) {
      for (const anchor of sections) {
        expect(await readGuide(`${step}#${anchor}`)).to.match(/^## /);
      }
    }
  });

  it('have the sections that any codemod names, of its own guide or of another', async () => {
    const steps = (await listGuides()).map(each => each.step);
    const sources = readdirSync('migration-guides', { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => readFileSync(join('migration-guides', name), 'utf8'));
    const named = new RegExp(`['"\\x60 ]((?:${steps.join('|')})#[a-z-]+)`, 'g');
    const guides = new Set(sources.flatMap(text => [...text.matchAll(named)].map(([, id]) => id)));
    expect(guides.size).to.be.above(15);
    for (const guide of guides) expect(await readGuide(guide)).to.match(/^#/);
  });

  it('of conversions have the sections for what index.ts may say about a plugin', async () => {
    for (const step of ['convert-plugin-file', 'convert-plugin-package']) {
      for (const anchor of ['paths', 'options', 'open-routes', 'other-keys']) {
        expect(await readGuide(`${step}#${anchor}`)).to.match(/^## /);
      }
    }
  });

  it('have a section for every reason that the codemods give', async () => {
    for (const { step } of await listGuides()) {
      const folder = join('migration-guides', step);
      const sources = readdirSync(folder).filter(name => name.endsWith('.ts'));
      const text = sources.map(name => readFileSync(join(folder, name), 'utf8')).join('\n');
      const anchors = [
        ...text.matchAll(/anchor: '([\w-]+)'/g),
        ...text.matchAll(/new Obstacle\([^;]*?,\s*'([\w-]+)',?\s*\)/g),
      ].map(([, anchor]) => anchor);
      expect(anchors, step).not.to.be.empty;
      for (const anchor of new Set(anchors)) {
        expect(await readGuide(`${step}#${anchor}`)).to.match(/^#/);
      }
    }
  });
});
