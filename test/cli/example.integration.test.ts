import { expect } from 'chai';
import { join } from 'node:path';
import { startCommandSubject, type ParitySubject } from 'backstage-forklift/parity';
import { forklift } from './forklift';

const example = join(__dirname, '..', '..', 'examples', 'legacy-portal');

describe('the example', () => {
  let intranet: ParitySubject;

  before(async () => {
    intranet = await startCommandSubject({
      name: 'intranet',
      command: 'node intranet.mjs',
      cwd: example,
    });
    process.env.INTRANET_URL = intranet.baseUrl;
  });

  after(async () => {
    delete process.env.INTRANET_URL;
    await intranet.stop();
  });

  it('starts with npm start, and gives the same answers each time it is asked', async () => {
    const start = 'npm start --silent';
    const { code, output } = await forklift('verify', example, '--left', start, '--right', start);
    expect(output).to.match(/, 0 different, 0 missing\nEQUAL: /);
    expect(code).to.equal(0);
    const statuses = new Set(output.match(/^[=~] \d{3}/gm)!.map(line => line.slice(2)));
    expect([...statuses]).to.include.members(['200', '201', '202', '204', '400', '401', '404']);
  });
});
