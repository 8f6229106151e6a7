import { expect } from 'chai';
import { createTerminal } from '../../lib/cli/terminal';
import { formatTable } from '../../lib/cli/table';
import { Memory } from './forklift';

describe('terminal', () => {
  function red(isTTY: boolean, env: NodeJS.ProcessEnv): string {
    return createTerminal(Object.assign(new Memory(), { isTTY }), new Memory(), env).colors.red(
      'x',
    );
  }

  it('has colours where there is a terminal, unless told otherwise', () => {
    const coloured = '\u001b[31mx\u001b[39m';
    expect(red(true, {})).to.equal(coloured);
    expect(red(false, {})).to.equal('x');
    expect(red(false, { CI: 'true' })).to.equal('x');
    expect(red(true, { NO_COLOR: '1' })).to.equal('x');
    expect(red(true, { TERM: 'dumb' })).to.equal('x');
    expect(red(false, { FORCE_COLOR: '1' })).to.equal(coloured);
  });

  it('lines up the columns of a table', () => {
    const lines = formatTable(
      ['plugin', 'state'],
      [
        ['todo', 'legacy'],
        ['feature_requests', 'native'],
      ],
    );
    expect(lines).to.deep.equal([
      'plugin            state',
      'todo              legacy',
      'feature_requests  native',
    ]);
  });
});
