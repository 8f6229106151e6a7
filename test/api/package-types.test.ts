import { expect } from 'chai';
import { exports as entries, typesVersions } from '../../package.json';

describe('types of the package', () => {
  it('are found under moduleResolution "node", too, which ignores the exports map', () => {
    const typesBySubpath = Object.entries(entries).flatMap(([path, entry]) =>
      path === '.' || typeof entry === 'string' ? [] : [[path.slice(2), [entry.types]]],
    );
    expect(typesVersions).to.deep.equal({ '*': Object.fromEntries(typesBySubpath) });
  });
});
